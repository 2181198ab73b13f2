import { type CostRange, workDifference } from "#engine";
import { counted } from "../number-text.ts";
import { rangeText } from "../range-text.ts";
import type { AlignedPacket, Segment } from "./segment.ts";
import { MEASURES, type StepCounts } from "./step-counts.ts";

/** How one run differs from the first in a stage, or in all. */
export interface Difference {
  /** What there is more or less of, each as words: "1 exit more". */
  readonly texts: readonly string[];
  /** Cycles more than the first, negative for fewer. */
  readonly cycles: CostRange;
}

type Compared = Pick<Segment, "counts" | "entries">;

/** How a stretch differs from another, in counts and in CPU cycles. */
export function differenceOf(
  first: Compared,
  firstRun: AlignedPacket,
  other: Compared,
  otherRun: AlignedPacket,
): Difference {
  const texts = MEASURES.flatMap(({ one, many, count }) => {
    const by = count(other.counts) - count(first.counts);
    if (by === 0) return [];
    return [`${counted(Math.abs(by), one, many)} ${by > 0 ? "more" : "fewer"}`];
  });
  const cycles = workDifference(
    otherRun.run.costs,
    other.entries,
    firstRun.run.costs,
    first.entries,
  );
  return { texts, cycles };
}

/** A difference of cycles in words: "4 100 – 6 300 cycles more". */
export function cyclesText({ low, typical, high }: CostRange): string {
  if (low === 0 && high === 0) return "as many cycles";
  if (low < 0 && high > 0) {
    const range = rangeText({ low: Math.abs(low), typical, high });
    const [fewer = range] = rangeText({ low: -low, typical: -low, high: -low }).split(" – ");
    return `between ${fewer} cycles fewer and ${rangeText({ low: high, typical, high })} more`;
  }
  const more = typical > 0;
  const range = more ? { low, typical, high } : { low: -high, typical: -typical, high: -low };
  return `${rangeText(range)} cycles ${more ? "more" : "fewer"}`;
}

/** The stage in which a run differs most from the first, by cycles. */
export interface BiggestDifference {
  /** Its place in the alignment. */
  readonly at: number;
  /** The run that differs, by its place. */
  readonly run: number;
  readonly difference: Difference;
  /** "1 exit against none". */
  readonly against: string;
}

/** Finds where runs differ most, or undefined when they do not. */
export function biggestDifference(
  packets: readonly AlignedPacket[],
): BiggestDifference | undefined {
  const [first] = packets;
  let biggest: BiggestDifference | undefined;
  packets.forEach((packet, run) => {
    if (first === undefined || run === 0) return;
    packet.segments.forEach((segment, at) => {
      const base = first.segments[at];
      if (base === undefined) return;
      const difference = differenceOf(base, first, segment, packet);
      const size = Math.abs(difference.cycles.typical);
      if (size <= Math.abs(biggest?.difference.cycles.typical ?? 0)) return;
      biggest = { at, run, difference, against: againstText(segment.counts, base.counts) };
    });
  });
  return biggest;
}

/** The first measure in which two stretches differ: "1 exit against none". */
function againstText(counts: StepCounts, base: StepCounts): string {
  for (const { one, many, count } of MEASURES) {
    const value = count(counts);
    const other = count(base);
    if (value === other) continue;
    const name = value === 0 ? `no ${many}` : counted(value, one, many);
    return `${name} against ${other === 0 ? "none" : other}`;
  }
  return "";
}
