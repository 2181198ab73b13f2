import { defineCosts } from "../cost.ts";

const UNREAD = {
  cite: "Neugebauer et al.: Understanding PCIe performance for end host networking, SIGCOMM 2018",
  where: "recalled",
} as const;

/** What a CPU pays for reaching a device over PCIe. */
export const PCIE = defineCosts({
  mmioWritePosted: {
    doc: "A store to an uncached register of a device: posted, the CPU goes on when it is queued.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 20, typical: 60, high: 100 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "No primary text with this number was seen.",
    source: UNREAD,
  },
  mmioReadRoundTrip: {
    doc: "A load from an uncached register of a device: the CPU waits for the completion.",
    category: "dma",
    unit: "nanoseconds",
    value: { low: 500, typical: 700, high: 1000 },
    machine: "x86 servers",
    evidence: "assumed",
    why: "No primary text with this number was seen.",
    source: UNREAD,
  },
});
