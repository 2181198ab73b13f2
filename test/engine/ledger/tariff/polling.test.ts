// MoonGen Table 1; XDP paper section 4.1; SoftNIC section 4.2; Red Hat's OVS-DPDK guide, chapter 6.
import { expect } from "chai";
import { defaultPrices } from "../../../../engine/ledger/price-list.ts";
import { type Row, typicalOf } from "./a-charge.ts";

const MODE = "virtio-vhost-user";
const CALL: Row = {
  kind: "call",
  actor: "guestDriver",
  where: "rte_eth_tx_burst",
  mode: "vf-dpdk",
};

describe("Tariff of polling", () => {
  it("empty polls are paid by their count, as long as the loop takes for a turn", () => {
    const polls: Row = {
      kind: "deviceStep",
      actor: "deviceModel",
      where: "PMD thread, empty polls:",
      mode: MODE,
    };
    const { typical } = defaultPrices().prices.emptyPoll.cycles;
    expect(typicalOf({ ...polls, a: 1000 }).cycles).to.equal(1000 * typical);
    expect(typical, "0.02 µs at 2.6 GHz").to.be.below(0.02 * 2600);
  });

  it("a burst of 32 frames sent costs 76 cycles a frame, and one call", () => {
    const one = typicalOf({ ...CALL, a: 1 }).cycles;
    const burst = typicalOf({ ...CALL, a: 32 }).cycles;
    expect(burst - one).to.be.closeTo(31 * 76, 0.001);
    expect(burst / 32).to.be.within(76, 78);
  });

  it("a polling thread of OVS takes within 25 % of the published 814 and 848 cycles a packet", () => {
    const cyclesOf = (kind: Row["kind"], actor: Row["actor"], where: string, a = 0): number =>
      typicalOf({ kind, actor, where, mode: MODE, a }).cycles;
    const enqueue = cyclesOf("copy", "deviceModel", "frame: mbuf to guest buffer", 64);
    // Ports: one received by the NIC, and sent on to a guest.
    const ports = cyclesOf("call", "deviceModel", "rte_eth_rx_burst", 1) + enqueue;
    const cached = cyclesOf("tableLookup", "hostNetwork", "OVS exact-match cache (EMC): hit");
    const classified = cyclesOf("tableLookup", "hostNetwork", "OVS classifier (dpcls): hit");
    expect((ports + cached) / 814).to.be.within(0.75, 1.25);
    expect((ports + 1.5 * classified) / 848).to.be.within(0.75, 1.25);
  });

  it("ring accesses of a poll-mode driver are in its call", () => {
    const load: Row = {
      kind: "ringLoad",
      actor: "guestDriver",
      where: "vf_rx_ring",
      mode: "vf-dpdk",
    };
    expect(typicalOf({ ...load, a: 8 }).cycles).to.equal(0);
    const avail: Row = {
      kind: "dmaRead",
      actor: "deviceModel",
      where: "tx_avail",
      mode: MODE,
      a: 2,
    };
    expect(typicalOf(avail)).to.deep.equal({ cycles: 0, nanoseconds: 0 });
  });

  it("a miss in the exact-match cache costs the classifier besides", () => {
    const hit: Row = {
      kind: "tableLookup",
      actor: "hostNetwork",
      where: "OVS exact-match cache (EMC): hit",
      mode: MODE,
    };
    const classified = typicalOf({ ...hit, where: "OVS classifier (dpcls): hit" }).cycles;
    expect(classified - typicalOf(hit).cycles).to.equal(60);
  });
});
