import { ACTOR_COUNT } from "./actor.ts";
import type { Trace } from "./store.ts";

/** Threads of one actor at most: as many as a byte counts. */
const THREADS_MAX = 255;

/**
 * By row: on which thread of its actor its span stands, from 0. On one thread spans lie in or beside
 * each other, as viewers of threads expect; an actor that is at work on two CPUs at once has two.
 */
export function spanThreads(trace: Trace): Uint8Array {
  const threads = new Uint8Array(trace.length);
  for (const rows of rowsByActor(trace)) placeSpans(trace, rows, threads);
  return threads;
}

/** The rows of each actor by their beginning, the longer ones first. */
function rowsByActor({ actor, startCycles, durationCycles, length }: Trace): number[][] {
  const rows: number[][] = Array.from({ length: ACTOR_COUNT }, () => []);
  for (let row = 0; row < length; row++) rows[actor[row] as number]?.push(row);
  const start = (row: number) => startCycles[row] as number;
  const duration = (row: number) => durationCycles[row] as number;
  return rows.map((own) =>
    own.sort((a, b) => start(a) - start(b) || duration(b) - duration(a) || a - b),
  );
}

/** Puts each span on its parent's thread if it fits there, or else on the first on which it does. */
function placeSpans(trace: Trace, rows: readonly number[], threads: Uint8Array): void {
  const { actor, parent, startCycles, durationCycles } = trace;
  /** By thread: the ends of the spans that are open, each within the one before. */
  const open: number[][] = [[]];
  for (const row of rows) {
    const start = startCycles[row] as number;
    const end = start + (durationCycles[row] as number);
    const fits = (ends: number[]): boolean => {
      while (ends.length > 0 && (ends.at(-1) as number) <= start) ends.pop();
      return ends.length === 0 || (ends.at(-1) as number) >= end;
    };
    const outer = parent[row] as number;
    const first = outer >= 0 && actor[outer] === actor[row] ? (threads[outer] as number) : 0;
    let thread = fits(open[first] as number[]) ? first : open.findIndex(fits);
    if (thread < 0) thread = Math.min(open.length, THREADS_MAX);
    (open[thread] ??= []).push(end);
    threads[row] = thread;
  }
}
