import { defineCosts } from "../cost.ts";
import { rizzo2012 } from "../sources/measurements.ts";

/** What a NIC's chip itself is busy with; interrupt moderation is in the device, not in a price. */
export const NIC = defineCosts({
  nicPerFrame: {
    doc: "A frame occupies the chip in its direction: what the smallest frame takes on a 10 Gb/s wire.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 67.2, typical: 67.2, high: 67.2 },
    machine: "Intel 82599, 10 Gb/s",
    evidence: "derived",
    formula:
      "14.88 million frames of 64 B a second received by a chip, and as many sent: 1000 / 14.88 = 67.2 ns",
    source: rizzo2012("Figure 8: netmap-fwd, 14.88 Mpps from NIC to NIC"),
  },
});
