// Wire: TinyNF, OSDI 2020, section 2; PCIe: the data of pcie-bench, Xeon E5-2630 v4, HWarm, medians.
import { expect } from "chai";
import { WIRE_BYTES } from "../../../../engine/ledger/costs/wire.ts";
import { MODES } from "../../../../engine/modes/index.ts";
import { generatePackets } from "../../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../../engine/run/simulate.ts";
import { ACTORS, type ActorName } from "../../../../engine/trace/actor.ts";
import { KIND_NAMES } from "../../../../engine/trace/schema.ts";
import { busyOf, costsOf, type Row, ruleOf, typicalOf } from "./a-charge.ts";

const OUT: Row = { kind: "wireTransmit", actor: "wire", where: "wire", mode: "native" };
const READ: Row = { kind: "dmaRead", actor: "hardware", where: "frame to send", mode: "native" };
const WRITE: Row = { kind: "dmaWrite", actor: "hardware", where: "received frame", mode: "native" };

describe("Hardware's tariff", () => {
  it("a frame of 64 B keeps a wire of 10 Gb/s busy for 67.2 ns, one of 1518 B for 1230.4", () => {
    expect(busyOf({ ...OUT, a: 64 - WIRE_BYTES.fcs }, "wireOut")).to.be.closeTo(67.2, 0.001);
    expect(busyOf({ ...OUT, a: 1518 - WIRE_BYTES.fcs }, "wireOut")).to.be.closeTo(1230.4, 0.001);
    const arrives: Row = { ...OUT, kind: "wireReceive", a: 60 };
    expect(busyOf(arrives, "wireIn")).to.be.closeTo(67.2, 0.001);
    expect(busyOf(arrives, "wireOut")).to.equal(0);
  });

  it("the gap after a frame delays the next frame and not this one", () => {
    const row = { ...OUT, a: 60 };
    const propagation = 15;
    const gap = WIRE_BYTES.interFrameGap * 0.8;
    expect(typicalOf(row).nanoseconds).to.be.closeTo(67.2 - gap + propagation, 0.001);
  });

  it("the chip is never what limits frames on a wire of 10 Gb/s", () => {
    for (const a of [60, 300, 1514]) {
      expect(busyOf({ ...OUT, a }, "nic")).to.be.at.most(busyOf({ ...OUT, a }, "wireOut") + 0.001);
    }
  });

  for (const [bytes, nanoseconds] of [
    [16, 546],
    [256, 626],
    [512, 706],
    [1520, 986],
  ] as const) {
    it(`a DMA read of ${bytes} B takes within 5 % of the ${nanoseconds} ns that were measured`, () => {
      const { nanoseconds: ours } = typicalOf({ ...READ, a: bytes });
      expect(ours / nanoseconds).to.be.within(0.95, 1.05);
    });
  }

  it("a DMA write of 1520 B and a read behind it take within 5 % of the 1560 ns measured", () => {
    const read = typicalOf({ ...READ, a: 1520 }).nanoseconds;
    const write = typicalOf({ ...WRITE, a: 1520 }).nanoseconds;
    expect((read + write) / 1560).to.be.within(0.95, 1.05);
  });

  it("a DMA keeps the link busy for its bytes and headers", () => {
    const perByte = 8 / (8 * 8 * (128 / 130));
    const payload = 512;
    const raw = payload + 24 * (payload / 256) + 24;
    expect(busyOf({ ...READ, a: payload }, "pcie")).to.be.closeTo(raw * perByte, 0.5);
  });

  it("the IOMMU's translation is paid for the DMA of a VF only", () => {
    const translated = costsOf({ ...READ, mode: "vf-injected" });
    expect(translated).to.include("iotlbHit");
    expect(costsOf(READ)).to.not.include("iotlbHit");
    expect(costsOf({ ...WRITE, kind: "msix", where: "vf.vec0", mode: "vf-posted" })).to.deep.equal([
      "msixWrite",
      "iotlbHit",
    ]);
  });

  it("registers of a mapped BAR cost the access itself; emulated ones do not cost that", () => {
    const store: Row = {
      kind: "mmioWrite",
      actor: "guestDriver",
      where: "igbvf-mmio",
      mode: "vf-dpdk",
    };
    expect(costsOf(store)).to.deep.equal(["mmioWritePosted"]);
    expect(
      costsOf({ ...store, kind: "mmioRead", where: "igb-mmio", mode: "native" }),
    ).to.deep.equal(["mmioReadRoundTrip"]);
    expect(costsOf({ ...store, where: "vmxnet3-b0", mode: "vmxnet3" })).to.not.include(
      "mmioWritePosted",
    );
  });

  it("behind a host path the host's NIC reads descriptor and frame before the wire has it", () => {
    const direct = typicalOf({ ...OUT, a: 1500 }).nanoseconds;
    const behind = typicalOf({ ...OUT, mode: "virtio-vhost", a: 1500 }).nanoseconds;
    expect(behind - direct).to.be.closeTo(2 * 527 + 1500 * 0.296, 0.001);
  });

  it("nothing of it is paid in cycles", () => {
    for (const row of [OUT, READ, WRITE]) {
      expect(ruleOf(row)).to.not.equal(undefined);
      expect(typicalOf({ ...row, a: 1500 }).cycles).to.equal(0);
    }
  });

  for (const mode of MODES) {
    it(`every DMA, message and frame of ${mode.id} takes time and keeps something busy`, () => {
      const frames = generatePackets({
        count: 2,
        frameBytesWithoutFcs: 300,
        seed: 1,
        direction: "tx",
      });
      const { trace } = simulate({ mode, frames, direction: "echo" });
      const actors = Object.keys(ACTORS) as ActorName[];
      let seen = 0;
      for (let row = 0; row < trace.length; row++) {
        const actor = actors[trace.actor[row] as number] as ActorName;
        const kind = KIND_NAMES[trace.kind[row] as number];
        const transfers = kind === "dmaRead" || kind === "dmaWrite" || kind === "msix";
        if (kind === undefined || (actor !== "wire" && !(actor === "hardware" && transfers)))
          continue;
        const where = trace.names[trace.where[row] as number] as string;
        const found = { kind, actor, where, mode: mode.id, a: trace.a[row] as number };
        expect(typicalOf(found).nanoseconds, `${kind} ${where}`).to.be.above(0);
        if (kind !== "msix")
          expect(ruleOf(found)?.occupies, `${kind} ${where}`).to.not.equal(undefined);
        seen++;
      }
      expect(seen).to.be.at.least(4);
    });
  }
});
