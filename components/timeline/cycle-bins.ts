import { LANES } from "../flow/lane.ts";
import { isPolled } from "./index-builder.ts";
import { type RowIndex, TINT_SLOTS, TINT_STRIDE } from "./row-index.ts";
import type { TimeMap } from "./time-map.ts";
import type { TintTable } from "./tint-table.ts";
import type { AxisWindow } from "./window.ts";
import type { ExplorerCosts } from "../explorer/explorer-run.ts";

/** Cycles by bin of the axis, and in each by actor and tint. */
export interface CycleBins {
  /** Where the first bin begins on the axis, and how long each is. */
  readonly from: number;
  readonly binCycles: number;
  readonly binCount: number;
  /** By actor and slot (`actor * TINT_SLOTS + slot`), where anything is: cycles in each bin. */
  readonly layers: ReadonlyMap<number, Float64Array>;
  readonly totals: Float64Array;
}

/** Bins are powers of two on the axis, so that they stay where they are while it moves. */
export function binCyclesFor(window: AxisWindow, widthPx: number, binPxMin: number): number {
  const cycles = ((window.to - window.from) / widthPx) * binPxMin;
  return 2 ** Math.ceil(Math.log2(Math.max(cycles, 1)));
}

/** Divides the cycles of all rows in view by bin, actor and tint. */
export function cycleBins(
  index: RowIndex,
  tints: TintTable,
  costs: ExplorerCosts,
  map: TimeMap,
  window: AxisWindow,
  binCycles: number,
): CycleBins {
  const first = Math.floor(window.from / binCycles);
  const binCount = Math.max(1, Math.ceil(window.to / binCycles) - first);
  const layers = new Map<number, Float64Array>();
  const totals = new Float64Array(binCount);
  let before = new Float64Array(TINT_SLOTS);
  let until = new Float64Array(TINT_SLOTS);
  for (const { index: lane, actor } of index.order.lanes) {
    tintsUntil(index, tints, costs, lane, map.toTime(first * binCycles), before);
    for (let bin = 0; bin < binCount; bin++) {
      tintsUntil(index, tints, costs, lane, map.toTime((first + bin + 1) * binCycles), until);
      for (let slot = 0; slot < TINT_SLOTS; slot++) {
        const cycles = (until[slot] as number) - (before[slot] as number);
        if (cycles <= 0) continue;
        const key = actor * TINT_SLOTS + slot;
        let layer = layers.get(key);
        if (layer === undefined) layers.set(key, (layer = new Float64Array(binCount)));
        layer[bin] = (layer[bin] as number) + cycles;
        totals[bin] = (totals[bin] as number) + cycles;
      }
      [before, until] = [until, before];
    }
  }
  return { from: first * binCycles, binCycles, binCount, layers, totals };
}

/** Cycles by tint of a lane's rows up to a moment; the row in progress counts as far as it is. */
export function tintsUntil(
  index: RowIndex,
  tints: TintTable,
  { charges }: ExplorerCosts,
  lane: number,
  timeCycles: number,
  sums: Float64Array,
): void {
  const { laneStarts, tintStarts, tintSums, rows, startCycles, busyBefore } = index.data;
  const first = laneStarts[lane] as number;
  const last = index.entryAt(lane, timeCycles);
  if (last < 0) {
    sums.fill(0);
    return;
  }
  const stride = Math.floor((last - first) / TINT_STRIDE);
  const from = ((tintStarts[lane] as number) + stride) * TINT_SLOTS;
  for (let slot = 0; slot < TINT_SLOTS; slot++) sums[slot] = tintSums[from + slot] as number;
  const { trace } = index;
  for (let at = first + stride * TINT_STRIDE; at <= last; at++) {
    const own = (busyBefore[at + 1] as number) - (busyBefore[at] as number);
    if (own === 0) continue;
    const row = rows[at] as number;
    if (isPolled(charges, trace, row)) continue;
    const into = at === last ? timeCycles - (startCycles[at] as number) : own;
    tints.add(trace.cost[row] as number, trace.a[row] as number, sums, Math.min(1, into / own));
  }
}

/** The layers from the bottom up: the actors in their order, the fullest tint first, known before assumed. */
export function layerOrder(bins: CycleBins): readonly {
  readonly key: number;
  readonly actor: number;
  readonly tint: number;
  readonly assumed: boolean;
}[] {
  return LANES.flatMap(({ actor }) =>
    Array.from({ length: TINT_SLOTS }, (_, slot) => ({
      key: actor * TINT_SLOTS + slot,
      actor,
      tint: slot >> 1,
      assumed: slot % 2 === 1,
    })),
  ).filter(({ key }) => bins.layers.has(key));
}
