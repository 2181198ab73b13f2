import { type Charge, KIND, rowCycles, type Trace } from "#engine";
import type { ExplorerCosts } from "../explorer/explorer-run.ts";
import { foldIdle } from "./idle-fold.ts";
import { laneKey, type LaneOrder } from "./lane-order.ts";
import { RowIndex, type RowIndexData, TINT_SLOTS, TINT_STRIDE } from "./row-index.ts";
import { TintTable } from "./tint-table.ts";

/** Rows between two places at which the work can be put off: well under a millisecond of it. */
const CHUNK_ROWS = 8192;
const LEVELS_MAX = 4;
const DEPTH_MAX = 64;

/** Rows by lane and time. */
export type LaneEntries = Pick<RowIndexData, "laneStarts" | "rows" | "startCycles">;
type Sums = Pick<RowIndexData, "busyBefore" | "polledBefore" | "tintSums" | "tintStarts">;

/** Builds the index of a trace; yields often, so that the page answers in between. */
export function* buildIndex(
  trace: Trace,
  order: LaneOrder,
  costs: ExplorerCosts,
): Generator<undefined, RowIndex> {
  const entries = yield* sortByLane(trace, order);
  const sums = yield* sumUp(trace, order, entries, costs);
  const exitCycles = yield* exitsOf(trace, entries);
  const nesting = yield* depthsOf(trace, entries);
  const folds = yield* foldIdle(trace, entries, sums.busyBefore);
  return new RowIndex(trace, order, { ...entries, ...sums, ...nesting, ...folds, exitCycles });
}

/** The rows of a trace, or of its beginning, by lane and time. */
export function* sortByLane(
  trace: Trace,
  { lanes, byKey }: LaneOrder,
  length = trace.length,
): Generator<undefined, LaneEntries> {
  const { resource, actor } = trace;
  const laneStarts = new Int32Array(lanes.length + 1);
  for (let row = 0; row < length; row++) {
    const lane = byKey[laneKey(resource[row] as number, actor[row] as number)] as number;
    laneStarts[lane + 1] = (laneStarts[lane + 1] as number) + 1;
    if (row % CHUNK_ROWS === 0) yield;
  }
  for (let lane = 0; lane < lanes.length; lane++) {
    laneStarts[lane + 1] = (laneStarts[lane + 1] as number) + (laneStarts[lane] as number);
  }
  const rows = new Int32Array(length);
  const startCycles = new Float64Array(length);
  const next = laneStarts.slice();
  for (let row = 0; row < length; row++) {
    const lane = byKey[laneKey(resource[row] as number, actor[row] as number)] as number;
    const start = trace.startCycles[row] as number;
    const first = laneStarts[lane] as number;
    let at = next[lane] as number;
    next[lane] = at + 1;
    // Rows of one resource are nearly in order: a step of a device can come before the last one.
    while (at > first && (startCycles[at - 1] as number) > start) {
      startCycles[at] = startCycles[at - 1] as number;
      rows[at] = rows[at - 1] as number;
      at--;
    }
    startCycles[at] = start;
    rows[at] = row;
    if (row % CHUNK_ROWS === 0) yield;
  }
  return { laneStarts, rows, startCycles };
}

function* sumUp(
  trace: Trace,
  { lanes }: LaneOrder,
  { laneStarts, rows }: LaneEntries,
  costs: ExplorerCosts,
): Generator<undefined, Sums> {
  const { charges } = costs;
  const tints = new TintTable(costs);
  const busyBefore = new Float64Array(trace.length + 1);
  const polledBefore = charges.some(({ passed }) => passed)
    ? new Float64Array(trace.length + 1)
    : undefined;
  const tintStarts = new Int32Array(lanes.length + 1);
  for (let lane = 0; lane < lanes.length; lane++) {
    const count = (laneStarts[lane + 1] as number) - (laneStarts[lane] as number);
    tintStarts[lane + 1] = (tintStarts[lane] as number) + Math.ceil(count / TINT_STRIDE);
  }
  const tintSums = new Float64Array((tintStarts[lanes.length] as number) * TINT_SLOTS);
  const running = new Float64Array(TINT_SLOTS);
  for (let lane = 0; lane < lanes.length; lane++) {
    const first = laneStarts[lane] as number;
    running.fill(0);
    for (let at = first; at < (laneStarts[lane + 1] as number); at++) {
      const row = rows[at] as number;
      const into = at - first;
      if (into % TINT_STRIDE === 0) {
        const stride = (tintStarts[lane] as number) + into / TINT_STRIDE;
        tintSums.set(running, stride * TINT_SLOTS);
      }
      const own = rowCycles(trace, row, charges);
      const polled = own > 0 && isPolled(charges, trace, row);
      busyBefore[at + 1] = (busyBefore[at] as number) + (polled ? 0 : own);
      if (polledBefore) polledBefore[at + 1] = (polledBefore[at] as number) + (polled ? own : 0);
      if (own > 0 && !polled) tints.add(trace.cost[row] as number, trace.a[row] as number, running);
      if (at % CHUNK_ROWS === 0) yield;
    }
  }
  return { busyBefore, polledBefore, tintSums, tintStarts };
}

/** Whether a row tells of time that went by while nothing was found. */
export function isPolled(charges: readonly Charge[], trace: Trace, row: number): boolean {
  return charges[trace.cost[row] as number]?.passed === true;
}

function* exitsOf(
  trace: Trace,
  { laneStarts, rows, startCycles }: LaneEntries,
): Generator<undefined, readonly Float64Array[]> {
  const exits: Float64Array[] = [];
  for (let lane = 0; lane + 1 < laneStarts.length; lane++) {
    const found: number[] = [];
    for (let at = laneStarts[lane] as number; at < (laneStarts[lane + 1] as number); at++) {
      if (trace.kind[rows[at] as number] === KIND.vmExit) found.push(startCycles[at] as number);
      if (at % CHUNK_ROWS === 0) yield;
    }
    exits.push(Float64Array.from(found));
  }
  return exits;
}

/** Lengths are kept in single precision: what ends so close to the next one's begin is over. */
const OVER_CYCLES = 0.5;

/** How deep the rows of each lane nest, by when they begin and end. */
export function* depthsOf(
  trace: Trace,
  { laneStarts, rows, startCycles }: LaneEntries,
): Generator<undefined, Pick<RowIndexData, "depths" | "levels" | "outers">> {
  const depths = new Uint8Array(trace.length);
  const levels = new Uint8Array(laneStarts.length - 1).fill(1);
  const outers = new Int32Array(trace.length).fill(-1);
  const ends = new Float64Array(DEPTH_MAX);
  const openRows = new Int32Array(DEPTH_MAX);
  for (let lane = 0; lane + 1 < laneStarts.length; lane++) {
    let open = 0;
    for (let at = laneStarts[lane] as number; at < (laneStarts[lane + 1] as number); at++) {
      if (at % CHUNK_ROWS === 0) yield;
      const row = rows[at] as number;
      const start = startCycles[at] as number;
      while (open > 0 && (ends[open - 1] as number) <= start + OVER_CYCLES) open--;
      const depth = Math.min(LEVELS_MAX - 1, open);
      depths[row] = depth;
      if (open > 0) outers[row] = openRows[open - 1] as number;
      const duration = trace.durationCycles[row] as number;
      // Moments stand below the spans: only what lasts needs a level.
      if (duration === 0) continue;
      if (depth >= (levels[lane] as number)) levels[lane] = depth + 1;
      if (open === DEPTH_MAX) continue;
      ends[open] = start + duration;
      openRows[open] = row;
      open++;
    }
  }
  return { depths, levels, outers };
}
