import type { RecordedEvent } from "./event.ts";

/** A stretch of a burst in which the sender only queues: its device's queue is stopped. */
export interface Pause {
  /** Index of the last access before it. */
  readonly lastAccess: number;
  /** Line of the recording's file at which it begins. */
  readonly line: number;
  /** Datagrams that the sender queues before an interrupt ends the pause. */
  readonly sends: number;
}

/** A stretch shorter than this in guest instructions has room for no send. */
const SHORTEST = 3000;
/** Instructions of one send into a stopped queue: from `igb-pf`, 439,209 for 61. */
const PER_SEND = 7200;
/** Instructions between the interrupt and its handler's first access, about. */
const INTERRUPT = 1200;

const ACCESSES = ["mmio_read", "mmio_write", "pio_read", "pio_write", "mem_read", "mem_write"];

/**
 * Finds the pauses of a burst that was recorded with instruction counts, with a first estimate of
 * the sends in each.
 */
export function findPauses(events: readonly RecordedEvent[]): Pause[] {
  const pauses: Pause[] = [];
  let last = -1;
  let taken = false;
  for (const [at, event] of events.entries()) {
    if (event.op === "cpu_intr") taken = true;
    if (!ACCESSES.includes(event.op) || event.instructions < 0) continue;
    const before = events[last];
    const gap = before === undefined ? 0 : event.instructions - before.instructions;
    if (before !== undefined && taken && gap > SHORTEST) {
      const sends = Math.max(0, Math.floor((gap - INTERRUPT) / PER_SEND));
      pauses.push({ lastAccess: last, line: before.line, sends });
    }
    last = at;
    taken = false;
  }
  return pauses;
}

/** Corrections tried at a pause, in this order. */
const CORRECTIONS = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 8, -8, 10, -10];
/** Pauses before a divergence that are corrected. */
const PAUSES_BACK = 3;

/**
 * Corrects the estimates one after the other until everything matches or nothing gets better.
 * @param trialsMax Replays that may be spent on it.
 * @param matchedUntil Line up to which a replay with these pauses matches, Infinity when all does.
 */
export function settle(
  pauses: readonly Pause[],
  trialsMax: number,
  matchedUntil: (pauses: readonly Pause[]) => number,
): readonly Pause[] {
  let best = pauses;
  let bestLine = matchedUntil(best);
  let trials = 1;
  const improve = (): boolean => {
    const before = best
      .filter((pause) => pause.line < bestLine)
      .slice(-PAUSES_BACK)
      .reverse();
    for (const pause of before) {
      for (const correction of CORRECTIONS) {
        const sends = pause.sends + correction;
        if (sends < 0 || trials++ >= trialsMax) continue;
        const candidate = best.map((p) => (p === pause ? { ...pause, sends } : p));
        const line = matchedUntil(candidate);
        if (line <= bestLine) continue;
        best = candidate;
        bestLine = line;
        return true;
      }
    }
    return false;
  };
  while (bestLine !== Infinity && improve());
  return best;
}
