import { expect } from "chai";
import { findCapacity } from "../../../engine/load/find-capacity.ts";
import type { LoadDirection } from "../../../engine/load/scenario.ts";
import { load, open, scenario } from "./a-load.ts";

function capacityOf(id: string, direction: LoadDirection, count = 1000): number {
  const { source: _, ...rest } = scenario(id, direction, open(1), count);
  return findCapacity(rest).packetsPerSecond.typical;
}

describe("findCapacity", function () {
  this.timeout(60_000);

  it("finds a rate that is carried, and above which it is not", () => {
    const rate = capacityOf("virtio-vhost", "forward");
    const below = load("virtio-vhost", "forward", open(0.95 * rate), 1000);
    const above = load("virtio-vhost", "forward", open(1.2 * rate), 4000);
    expect(below.dropped).to.equal(0);
    expect(below.deliveredPacketsPerSecond).to.be.closeTo(0.95 * rate, 0.02 * rate);
    expect(above.deliveredPacketsPerSecond).to.be.below(1.1 * rate);
  });

  it("gives the same rate again", () => {
    expect(capacityOf("vf-posted", "rx", 300)).to.equal(capacityOf("vf-posted", "rx", 300));
  });

  it("orders the ways into a virtual machine as everybody found them", () => {
    const [emulated, qemu, vhost, dpdk] = [
      "vtx-rtl8139",
      "virtio-qemu",
      "virtio-vhost",
      "vf-dpdk",
    ].map((id) => capacityOf(id, "forward", 500)) as [number, number, number, number];
    expect(emulated).to.be.below(qemu / 2);
    expect(qemu).to.be.below(vhost);
    expect(vhost).to.be.below(dpdk / 4);
  });

  it("never exceeds the wire", () => {
    // 10 Gb/s: a frame of 64 bytes takes 84 with preamble and gap.
    expect(capacityOf("vf-dpdk", "rx", 500)).to.be.at.most((1.02 * 10e9) / 8 / 84);
  });

  it("throughput stays near capacity under overload where no application starves", () => {
    for (const [id, direction] of [
      ["virtio-vhost", "tx"],
      ["vmxnet3", "forward"],
      ["vf-dpdk", "rx"],
      ["vtx-rtl8139", "forward"],
    ] as const) {
      const rate = capacityOf(id, direction);
      const result = load(id, direction, open(3 * rate), 4000);
      expect(result.deliveredPacketsPerSecond, `${id} ${direction}`).to.be.above(0.8 * rate);
    }
  });

  it("a guest with one vCPU that gets more than it can take spends it on packets that it drops", () => {
    const rate = capacityOf("virtio-vhost", "rr");
    const result = load("virtio-vhost", "rr", open(3 * rate), 4000);
    expect(result.deliveredPacketsPerSecond).to.be.below(0.8 * rate);
    expect(result.drops.map(({ why }) => why)).to.include("socket buffer full");
  });
});
