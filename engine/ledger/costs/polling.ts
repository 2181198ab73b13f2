import { defineCosts } from "../cost.ts";
import { prototypeKernel } from "../sources/measurements.ts";
import { moonGen, pmdPerfShow, softNic, vhostCacheAccess, xdpPaper } from "../sources/polling.ts";

const HASWELL = "Intel Haswell, bursts of 32, 64 B";

/** What drivers and switches cost that poll: DPDK in the guest and on the host. */
export const POLLING = defineCosts({
  emptyPoll: {
    doc: "A turn of a polling loop that finds nothing: two ports, a call, a load and a branch each.",
    category: "polling",
    unit: "cycles",
    value: { low: 20, typical: 40, high: 790 },
    machine:
      "Intel Core i7-2620M (calls); Xeon E5-2650 v2 2.6 GHz (reaction); high: OVS on DPDK, 2.4 GHz",
    evidence: "derived",
    formula:
      "two ports × (5 cycles for a call + 5 for a load that hits the L1 + about 20 instructions at " +
      "two a cycle) = 40; below the reaction time of 0.02 µs × 2.6 GHz = 52; high: a thread of OVS " +
      "with its ports and statistics, 15.9 % of 2419034712 cycles for 486808 idle turns = 790",
    source: [
      pmdPerfShow,
      prototypeKernel("getting_started.rst: func_call, 5 cycles"),
      softNic("section 4.2: less than 0.02 µs for a virtual and 0.03 µs for a physical port"),
    ],
  },
  dpdkReceivePerPacket: {
    doc: "A poll-mode driver takes a frame from a receive ring, with mbuf and descriptor.",
    category: "guestDriver",
    unit: "cycles",
    value: { low: 60, typical: 83, high: 120 },
    machine: "Intel Xeon E5-1650 v4 3.6 GHz, ConnectX-5, mlx5 driver",
    evidence: "derived",
    formula: "3.6 GHz / 43.5 million packets a second, received and dropped by one core = 83",
    source: xdpPaper("section 4.1: 43.5 Mpps"),
  },
  dpdkTransmitPerPacket: {
    doc: "A poll-mode driver takes an mbuf, puts a frame into a transmit ring and frees it later.",
    category: "guestDriver",
    unit: "cycles",
    value: { low: 75, typical: 76, high: 110 },
    machine: "Intel Xeon E5-2620 v3 2.4 GHz, X540, batches",
    evidence: "measured",
    source: moonGen("Table 1: 76.0 ± 0.8 cycles per packet"),
  },
  hostReceivePerPacket: {
    doc: "The switch's polling thread takes a frame from the host NIC's ring.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 60, typical: 83, high: 120 },
    machine: "Intel Xeon E5-1650 v4 3.6 GHz, ConnectX-5, mlx5 driver",
    evidence: "derived",
    formula: "3.6 GHz / 43.5 million packets a second, received and dropped by one core = 83",
    source: xdpPaper("section 4.1: 43.5 Mpps"),
  },
  hostTransmitPerPacket: {
    doc: "The switch's polling thread puts a frame into the host NIC's ring.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 75, typical: 76, high: 110 },
    machine: "Intel Xeon E5-2620 v3 2.4 GHz, X540, batches",
    evidence: "measured",
    source: moonGen("Table 1: 76.0 ± 0.8 cycles per packet"),
  },
  burstCall: {
    doc: "A burst function is called: pointers, the ring's index, prefetches; whatever it then finds.",
    category: "polling",
    unit: "cycles",
    value: { low: 15, typical: 30, high: 60 },
    machine: "x86 servers",
    evidence: "derived",
    formula:
      "an indirect call of 5 cycles, and a third of a turn's 78 cycles for one physical port: 30",
    source: [
      prototypeKernel("getting_started.rst: func_call, 5 cycles"),
      softNic("section 4.2: 0.03 µs × 2.6 GHz = 78 cycles for a physical port"),
    ],
  },
  mbufTouch: {
    doc: "The application changes a frame in its mbuf: one cache line.",
    category: "guestStack",
    unit: "cycles",
    value: { low: 8, typical: 9.1, high: 15 },
    machine: "Intel Xeon E5-2620 v3 2.4 GHz, X540, batches",
    evidence: "measured",
    source: moonGen("Table 1: 9.1 ± 1.2 for one cache line, 15.0 ± 1.3 for two"),
  },
  vhostUserEnqueue: {
    doc: "rte_vhost_enqueue_burst, a packet, without copying its bytes: descriptor, header, used ring.",
    category: "deviceEmulation",
    unit: "cycles",
    value: { low: 80, typical: 107, high: 207 },
    machine: HASWELL,
    evidence: "derived",
    formula:
      "100 cycles saved are 60 % efficiency: 100 / 0.6 = 167 remain; less the copy of 64 B, " +
      "28 + 64 × 0.5 = 60: 107; high: before the change, 267 - 60",
    source: vhostCacheAccess,
  },
  vhostUserDequeue: {
    doc: "rte_vhost_dequeue_burst, a packet, without copying its bytes: descriptor, mbuf, used ring.",
    category: "deviceEmulation",
    unit: "cycles",
    value: { low: 60, typical: 107, high: 207 },
    machine: HASWELL,
    evidence: "assumed",
    why: "No number was seen; the same steps as an enqueue, in the other direction.",
    source: vhostCacheAccess,
  },
});
