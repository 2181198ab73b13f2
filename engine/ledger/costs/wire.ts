import { defineCosts } from "../cost.ts";
import { pcieModel } from "../sources/measurements.ts";
import { tinyNf } from "../sources/wire.ts";

/**
 * Bytes of a frame that only the wire sees (IEEE 802.3): preamble with start of frame delimiter,
 * FCS, and the gap between two frames. Frames in a trace are without FCS.
 */
export const WIRE_BYTES = { preamble: 8, fcs: 4, interFrameGap: 12 } as const;

/** What the wire takes. */
export const WIRE = defineCosts({
  wirePerByte: {
    doc: "A byte on the wire: 10 Gb/s. With --set cost.wirePerByte=8 it is a gigabit link.",
    category: "wire",
    unit: "nanoseconds",
    value: { low: 0.8, typical: 0.8, high: 0.8 },
    machine: "10 Gb/s Ethernet",
    evidence: "specified",
    source: [
      tinyNf("section 2: (64 + 20) × 8 / 10 Gb/s = 67.2 ns"),
      pcieModel("model/eth.py: preamble 7 + 1, FCS 4, gap 12 bytes"),
    ],
  },
  wirePropagation: {
    doc: "The way through the cable: a few metres between two hosts of a rack.",
    category: "wire",
    unit: "nanoseconds",
    value: { low: 5, typical: 15, high: 500 },
    machine: "copper or fibre, 1 to 100 m",
    evidence: "assumed",
    why: "Length of the cable is not published: 3 m at two thirds of the speed of light, 5 ns a metre.",
    source: tinyNf("section 2: the wire's time as such"),
  },
  switchLatency: {
    doc: "A switch between the two hosts; none unless it is set.",
    category: "wire",
    unit: "nanoseconds",
    value: { low: 0, typical: 0, high: 1000 },
    machine: "none, or a switch of a rack",
    evidence: "assumed",
    why: "The hosts of most published measurements are joined by a cable.",
    source: tinyNf("section 2: the wire's time as such"),
  },
});
