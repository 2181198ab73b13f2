import { defineCosts } from "../cost.ts";
import { prototypeKernel } from "../sources/measurements.ts";
import { moonGen, pmdPerfShow, pmdStats } from "../sources/polling.ts";

const MISS = prototypeKernel("xdp25_eval_generic_xdp_tx.rst, line 126: one cache miss, 32 ns");
const ROUTER = "Intel Core i7-6700K (Skylake) 4.0 GHz, a table that no cache holds";
const SWITCH = "Open vSwitch on DPDK, two polling threads of a compute node, TSC at 1.9 GHz";

/** What the switch or router of a polling process does with a packet between two ports. */
export const POLLED_SWITCH = defineCosts({
  ovsExactMatch: {
    doc: "OVS on DPDK: headers parsed, hit in the exact-match cache, batched by flow, actions executed.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 173, typical: 369, high: 645 },
    machine: `${SWITCH}; low: the manual's thread at 2.4 GHz`,
    evidence: "derived",
    formula:
      "814 cycles of processing a packet, all of them EMC hits at 74 % load, less 83 to receive and " +
      "167 to enqueue = 564; under full load 848 for 1.5 passes by the classifier, 83 to receive and " +
      "122 to send (mean of 76 and 167): 643 / 1.5 = 429, of which the cache saves two lines of 128 " +
      "at most: 173; typical the mean of 564 and 173; high: the other core, 894.5 - 250",
    source: [pmdStats, pmdPerfShow],
  },
  ovsClassifier: {
    doc: "OVS on DPDK: a packet that the exact-match cache does not know is found by the classifier.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 30, typical: 60, high: 512 },
    machine: "Open vSwitch on DPDK, a polling thread at 2.4 GHz; high: Skylake at 4.0 GHz",
    evidence: "derived",
    formula:
      "429 cycles for a pass that one subtable of the classifier finds, less 369 for one by the " +
      "cache = 60; high: four lines of 32 ns × 4.0 GHz that no cache has",
    source: [pmdPerfShow, MISS],
  },
  ovsFlowAdd: {
    doc: "OVS: dp_netdev_flow_add, the new flow enters the classifier.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 1000, typical: 3000, high: 8000 },
    machine: "Open vSwitch, x86 servers",
    evidence: "assumed",
    why: "No number of its own was seen; it happens once a flow.",
    source: pmdStats,
  },
  routerFlowLookup: {
    doc: "vRouter on DPDK: the packet parsed, its flow found by the hash of five fields.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 128, typical: 256, high: 600 },
    machine: ROUTER,
    evidence: "derived",
    formula: "a bucket of the flow table and the flow's entry: two lines of 32 ns × 4.0 GHz = 256",
    source: MISS,
  },
  routerTableLookup: {
    doc: "vRouter on DPDK: a next hop found in the bridge, MPLS label or VNI table.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 20, typical: 128, high: 300 },
    machine: ROUTER,
    evidence: "derived",
    formula: "one line of 32 ns × 4.0 GHz = 128; low when the cache has it",
    source: MISS,
  },
  tunnelHeaders: {
    doc: "Outer headers are put in front of a frame or taken off: Ethernet, IPv4, UDP, MPLS or VXLAN.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 15, typical: 48, high: 150 },
    machine: "Intel Xeon E5-2620 v3 2.4 GHz, X540, batches",
    evidence: "derived",
    formula:
      "two cache lines of headers, 15.0, and checksum and UDP fields, 33.1 = 48; low: looked at only",
    source: moonGen("Table 1: modify two cache lines 15.0 ± 1.3, UDP checksum offload 33.1 ± 3.5"),
  },
});
