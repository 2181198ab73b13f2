import { defineCosts } from "../cost.ts";
import { brouerXdp25, rizzo2012 } from "../sources/copy.ts";

/** What copying costs: by size and by where the bytes are, not by call. */
export const COPY = defineCosts({
  copyFixed: {
    doc: "Start of a copy of any size: call, size dispatch and the first store of a string instruction.",
    category: "copy",
    unit: "cycles",
    value: { low: 20, typical: 28, high: 60 },
    machine: "Intel i7-6700K (Skylake) 4.0 GHz",
    evidence: "derived",
    formula:
      "memset of 256 B takes 36 cycles, of 4096 B 148: 36 - 256 × (148 - 36) / (4096 - 256) = 28.5",
    source: brouerXdp25("memset by size"),
  },
  copyWarmPerByte: {
    doc: "A byte copied whose source and destination are in the copying core's own caches.",
    category: "copy",
    unit: "cycles",
    value: { low: 0.03, typical: 0.125, high: 0.25 },
    machine: "low: Skylake 4.0 GHz; high: Intel i7-870 2.93 GHz",
    evidence: "derived",
    formula:
      "low: (276 - 148) / 4096 = 0.031 of memset; high: the lower end of 0.25 to 2 cycles per byte; " +
      "typical: twice the lines in reach of the L2, 2 × 64 B × 1 / 16 per line of 64 B = 0.125",
    source: [brouerXdp25("memset by size"), rizzo2012("section 5.2")],
  },
  copyColdPerByte: {
    doc: "A byte copied whose source was last written by a device or another core.",
    category: "copy",
    unit: "cycles",
    value: { low: 0.25, typical: 0.5, high: 2 },
    machine: "Intel i7-870 2.93 GHz",
    evidence: "measured",
    source: rizzo2012("section 5.2: 0.25 to 2 clock cycles per byte"),
  },
  cacheMiss: {
    doc: "A load of one cache line that only memory or another core has, nothing else in flight.",
    category: "copy",
    unit: "nanoseconds",
    value: { low: 20, typical: 32, high: 100 },
    machine: "Intel i7-6700K (Skylake) 4.0 GHz, ConnectX-4",
    evidence: "measured",
    source: brouerXdp25("line 126: cost of one packet-data cache miss, 32 ns"),
  },
});
