import { counted, type ExplorerRun, rangeText } from "#components";
import { rowEntries, workCycles } from "#engine";

/** What can differ between two runs, in the words of a sentence. */
const COUNTS = [
  ["exits", "VM exit"],
  ["hypercalls", "hypercall"],
  ["callouts", "callout"],
  ["interrupts", "interrupt"],
  ["copies", "copy", "copies"],
  ["dmaReads", "DMA read"],
  ["dmaWrites", "DMA write"],
  ["contextSwitches", "context switch", "context switches"],
  ["droppedFrames", "dropped frame"],
] as const;

const NAMED_MAX = 3;

/**
 * What a change of a knob did, in one sentence: which counts are others now, and the cycles of CPUs
 * for a packet before and after.
 * @param what What was changed: "event index: off".
 */
export function changeText(what: string, before: ExplorerRun, after: ExplorerRun): string {
  const differences = COUNTS.map(([name, noun, nouns]) => ({
    noun,
    nouns,
    was: before.totals[name],
    is: after.totals[name],
  }))
    .filter(({ was, is }) => was !== is)
    .toSorted((one, other) => Math.abs(other.is - other.was) - Math.abs(one.is - one.was))
    .slice(0, NAMED_MAX)
    .map(({ noun, nouns, was, is }) => `${counted(is, noun, nouns)} instead of ${was}`);
  const counts = differences.length === 0 ? "the same crossings as before" : differences.join(", ");
  const was = perPacket(before);
  const is = perPacket(after);
  const cycles =
    was === is ? `${is} cycles a packet as before` : `${is} cycles a packet instead of ${was}`;
  return `${what}: ${counts}; ${cycles}.`;
}

/** CPU cycles for one packet with their range, as a text. */
function perPacket({ trace, costs, packetCount }: ExplorerRun): string {
  const { low, typical, high } = workCycles(costs, rowEntries(trace, trace.kind.keys(), costs));
  const share = (cycles: number) => cycles / packetCount;
  return rangeText({ low: share(low), typical: share(typical), high: share(high) });
}
