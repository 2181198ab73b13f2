// What netfront, netback and Xen do for frames: who is told, what is granted, copied and mapped.
import { expect } from "chai";
import { AXenHost, aFrame } from "./a-xen-host.ts";

function hypercalls(host: AXenHost, ...names: string[]): number[] {
  return names.map((name) => host.machine.hypercallsByName.get(name) ?? 0);
}

const BOTH_SENDS = ["event_channel_op.send", "dom0: event_channel_op.send"];
const GRANTS = ["copy", "map_grant_ref", "unmap_grant_ref"].map(
  (name) => `dom0: grant_table_op.${name}`,
);

describe("A frame that the guest sends", () => {
  it("of 128 bytes is one grant copy, of 129 a copy, a mapping and its end", () => {
    const host = new AXenHost();
    host.send(aFrame(128));
    expect(hypercalls(host, ...GRANTS)).to.deep.equal([1, 0, 0]);
    host.send(aFrame(129));
    expect(hypercalls(host, ...GRANTS)).to.deep.equal([2, 1, 1]);
    expect(host.sent).to.deep.equal([128, 129]);
  });

  it("leaves the wire as it was, byte for byte, on either side of 128", () => {
    for (const byteCount of [14, 127, 128, 129, 1514]) {
      const host = new AXenHost();
      let seen: number[] = [];
      host.nic.wire.onTransmit = (address, count) => {
        seen = [...host.machine.memory.bytes.subarray(address, address + count)];
      };
      host.send(aFrame(byteCount));
      expect(seen).to.deep.equal([...aFrame(byteCount)]);
    }
  });

  it("tells dom0 once for a burst on one CPU, and dom0 copies all of it in one hypercall", () => {
    const host = new AXenHost();
    host.send(...Array.from({ length: 40 }, () => aFrame(100)));
    expect(hypercalls(host, ...BOTH_SENDS, ...GRANTS)).to.deep.equal([1, 1, 1, 0, 0]);
    expect(host.sent.length).to.equal(40);
  });

  it("uses grant reference and id of the frame before it again once that was answered", () => {
    const host = new AXenHost();
    host.send(aFrame(60));
    host.send(aFrame(60));
    const base = host.base("tx ring") + 64;
    for (const slot of [0, 1]) {
      expect(host.view.getUint32(base + 12 * slot, true), `slot ${slot}, gref or id`).to.equal(0);
      expect(host.view.getUint16(base + 12 * slot + 10, true), `slot ${slot}, size`).to.equal(60);
    }
    expect(host.errors()).to.deep.equal([]);
  });
});

describe("A frame for the guest", () => {
  it("is copied by Xen, answered and told of; a new page takes the slot's place", () => {
    const host = new AXenHost();
    host.arrive(aFrame(100));
    expect(host.delivered).to.deep.equal([100]);
    expect(hypercalls(host, ...BOTH_SENDS, ...GRANTS)).to.deep.equal([0, 1, 1, 0, 0]);
    expect(host.view.getUint32(host.base("rx ring"), true), "req_prod").to.equal(257);
  });

  it("waits in dom0 while the guest has no buffer, and the guest's event sets it free", () => {
    const host = new AXenHost();
    host.arrive(...Array.from({ length: 300 }, () => aFrame(60)));
    expect(host.delivered.length).to.equal(300);
    expect(hypercalls(host, "event_channel_op.send")).to.deep.equal([1]);
    expect(host.errors()).to.deep.equal([]);
  });
});

describe("Two CPUs", () => {
  it("need no domain switch", () => {
    const host = new AXenHost({ hostCpus: 2 });
    host.send(aFrame(60));
    host.arrive(aFrame(60));
    expect(host.sent.length + host.delivered.length).to.equal(2);
    const trace = host.machine.trace.finish();
    expect([...trace.kind].filter((kind) => kind === 33).length).to.equal(0);
  });
});
