import { expect } from "chai";
import { load, open } from "./a-load.ts";

describe("Suppression and moderation under load", () => {
  it("exits and interrupts of a packet become fewer with the load where queues tell of themselves", () => {
    for (const direction of ["tx", "rx", "forward"] as const) {
      const [idle, busy] = [10_000, 400_000].map((rate) =>
        load("virtio-vhost", direction, open(rate), 1000),
      ) as [ReturnType<typeof load>, ReturnType<typeof load>];
      expect(busy.exitsPerPacket, direction).to.be.below(idle.exitsPerPacket / 3);
      expect(busy.interruptsPerPacket, direction).to.be.below(idle.interruptsPerPacket / 3);
    }
  });

  it("interrupts of a virtual function have a rate that they do not exceed", () => {
    for (const rate of [50_000, 200_000, 500_000]) {
      const result = load("vf-posted", "rx", open(rate), 1500);
      const perSecond = result.interruptsPerPacket * result.deliveredPacketsPerSecond;
      // EITR of igbvf: 20,000 a second to begin with, 8,000 once it has adapted (igbvf_set_itr).
      expect(perSecond, String(rate)).to.be.below(20_500);
    }
  });

  it("an RTL8139 exits as often for each packet that it sends, whatever the load", () => {
    const idle = load("vtx-rtl8139", "tx", open(1000), 300);
    const busy = load("vtx-rtl8139", "tx", open(1e6), 300);
    // One exit is that of the timer by which the application sleeps.
    expect(busy.exitsPerPacket).to.be.at.least(idle.exitsPerPacket - 1.01);
  });
});
