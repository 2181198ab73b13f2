import { defineCosts } from "../cost.ts";
import { prototypeKernel, rizzo2012 } from "../sources/measurements.ts";

const MEMSET = prototypeKernel("xdp25_eval_generic_xdp_tx.rst: memset by size");
const MISS = prototypeKernel("xdp25_eval_generic_xdp_tx.rst, line 126: one cache miss, 32 ns");

/** What copying costs: by size and by where the bytes are, not by call. */
export const COPY = defineCosts({
  copyFixed: {
    doc: "Start of a copy of any size: the call, the choice by size, the first store.",
    category: "copy",
    unit: "cycles",
    value: { low: 20, typical: 28, high: 60 },
    machine: "Intel Core i7-6700K (Skylake) 4.0 GHz",
    evidence: "derived",
    formula:
      "memset of 256 B takes 36 cycles, of 8 KiB 276: 36 - 256 × (276 - 36) / (8192 - 256) = 28",
    source: MEMSET,
  },
  copyWarmPerByte: {
    doc: "A byte copied whose source and destination lie in the copying core's own caches.",
    category: "copy",
    unit: "cycles",
    value: { low: 0.03, typical: 0.125, high: 0.25 },
    machine: "low: Intel Core i7-6700K (Skylake); high: Intel Core i7-870",
    evidence: "derived",
    formula:
      "high: the lower end of 0.25 to 2 cycles per byte; low: what storing alone takes, " +
      "(276 - 148) / 4096 = 0.03; typical: half of high, as a core since Sandy Bridge moves 16 bytes " +
      "where the i7-870 moves 8",
    source: [rizzo2012("section 5.2: 0.25 to 2 clock cycles per byte"), MEMSET],
  },
  copyColdPerByte: {
    doc: "A byte copied whose source was last written by a device or by another core.",
    category: "copy",
    unit: "cycles",
    value: { low: 0.25, typical: 0.5, high: 2 },
    machine: "range: Intel Core i7-870; typical: Intel Core i7-6700K (Skylake) 4.0 GHz",
    evidence: "derived",
    formula:
      "range as published, 0.25 to 2; typical: a line that is missed costs 32 ns × 4.0 GHz = 128 " +
      "cycles for 64 B, and the prefetcher keeps four on the way: 128 / 64 / 4 = 0.5",
    source: [rizzo2012("section 5.2: 0.25 to 2 clock cycles per byte"), MISS],
  },
  cacheMiss: {
    doc: "A load of one cache line that only memory or another core has, with nothing else to do.",
    category: "copy",
    unit: "nanoseconds",
    value: { low: 20, typical: 32, high: 100 },
    machine: "Intel Core i7-6700K (Skylake) 4.0 GHz, packet data of an mlx5 NIC",
    evidence: "measured",
    source: MISS,
  },
});
