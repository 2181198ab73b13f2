import { counted, type ExplorerRun, rangeText } from "#components/plain";
import { rowEntries, workCycles } from "#engine";

/** Crossings, copies and turns that can differ between two runs, in the words of a sentence. */
const CROSSINGS = [
  ["exits", "VM exit"],
  ["userExits", "exit to user space", "exits to user space"],
  ["hypercalls", "hypercall"],
  ["callouts", "callout"],
  ["exceptions", "exception"],
  ["upcalls", "upcall"],
  ["systemCalls", "system call"],
  ["wakeUps", "wake-up"],
  ["interrupts", "interrupt"],
  ["copies", "copy", "copies"],
  ["dmaReads", "DMA read"],
  ["dmaWrites", "DMA write"],
  ["contextSwitches", "context switch", "context switches"],
  ["droppedFrames", "dropped frame"],
] as const;

/** Accesses: what is told where all crossings are the same. */
const ACCESSES = [
  ["registerReads", "register read"],
  ["registerWrites", "register write"],
  ["ringLoads", "load from a ring", "loads from rings"],
  ["ringStores", "store to a ring", "stores to rings"],
  ["emptyPolls", "empty poll"],
] as const;

const NAMED_MAX = 3;

/**
 * What a change of a knob did, in one sentence: which counts are others now, and the cycles of CPUs
 * for a packet before and after.
 * @param what What was changed: "event index: off".
 */
export function changeText(what: string, before: ExplorerRun, after: ExplorerRun): string {
  const crossings = differences(CROSSINGS, before, after);
  const told = crossings.length > 0 ? crossings : differences(ACCESSES, before, after);
  const counts = told.length === 0 ? "the same crossings as before" : told.join(", ");
  const was = perPacket(before);
  const is = perPacket(after);
  const cycles =
    was === is ? `${is} cycles a packet as before` : `${is} cycles a packet instead of ${was}`;
  return `${what}: ${counts}; ${cycles}.`;
}

/** The counts that changed most, each as "16 VM exits instead of 9". */
function differences(
  names: typeof CROSSINGS | typeof ACCESSES,
  before: ExplorerRun,
  after: ExplorerRun,
): readonly string[] {
  return names
    .map(([name, noun, nouns]) => ({
      noun,
      nouns,
      was: before.totals[name],
      is: after.totals[name],
    }))
    .filter(({ was, is }) => was !== is)
    .toSorted((one, other) => Math.abs(other.is - other.was) - Math.abs(one.is - one.was))
    .slice(0, NAMED_MAX)
    .map(({ noun, nouns, was, is }) => `${counted(is, noun, nouns)} instead of ${was}`);
}

/** CPU cycles for one packet with their range, as a text. */
function perPacket({ trace, costs, packetCount }: ExplorerRun): string {
  const { low, typical, high } = workCycles(costs, rowEntries(trace, trace.kind.keys(), costs));
  const share = (cycles: number) => cycles / packetCount;
  return rangeText({ low: share(low), typical: share(typical), high: share(high) });
}
