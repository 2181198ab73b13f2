import { expect } from "chai";
import { RING } from "../../../../engine/devices/xen-net/layout.ts";
import { SharedView } from "../../../../engine/devices/xen-net/shared-access.ts";
import { BackRing, FrontRing } from "../../../../engine/devices/xen-net/shared-ring.ts";
import { Machine } from "../../../../engine/machine.ts";
import { ACTORS } from "../../../../engine/trace/actor.ts";

function rings(): { front: FrontRing; back: BackRing; base: number; view: DataView } {
  const machine = new Machine();
  const block = machine.block("ring", machine.memory.allocate(4096, 4096), 4096);
  const view = new SharedView(machine, block, ACTORS.deviceModel.code);
  return {
    front: new FrontRing(block, 12),
    back: new BackRing(view, 12),
    base: block.base,
    view: machine.memory.view,
  };
}

describe("A shared ring", () => {
  it("tells the back end only of the request that it asked for", () => {
    const { front, base, view } = rings();
    view.setUint32(base + RING.reqEvent, 2, true);
    front.reqProdPvt = 1;
    expect(front.pushRequests()).to.equal(false);
    front.reqProdPvt = 2;
    expect(front.pushRequests()).to.equal(true);
    front.reqProdPvt = 3;
    expect(front.pushRequests()).to.equal(false);
  });

  it("compares indices that wrapped at 2^32", () => {
    const { front, back, base, view } = rings();
    view.setUint32(base + RING.reqProd, 0xffff_ffff, true);
    view.setUint32(base + RING.reqEvent, 0, true);
    front.reqProdPvt = 1;
    expect(front.pushRequests()).to.equal(true);
    back.reqCons = 0xffff_fffe;
    expect(back.unconsumed()).to.equal(3);
    back.reqCons = 0xffff_ffff;
    view.setUint32(base + RING.reqProd, 0xffff_ffff, true);
    expect(back.finalCheck()).to.equal(false);
    expect(view.getUint32(base + RING.reqEvent, true)).to.equal(0);
  });

  it("finds the request that came between the announcement and the second look", () => {
    const { back, base, view } = rings();
    view.setUint32(base + RING.reqProd, 5, true);
    back.reqCons = 4;
    expect(back.finalCheck()).to.equal(true);
    expect(view.getUint32(base + RING.reqEvent, true)).to.equal(0);
  });

  it("counts its slots from 0 again after 256", () => {
    const { front } = rings();
    expect([255, 256, 257].map((at) => front.slot(at))).to.deep.equal([64 + 255 * 12, 64, 76]);
  });
});
