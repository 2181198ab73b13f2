import { laneOfRow } from "./lane-order.ts";
import type { LaidLane } from "./layout.ts";
import type { RowIndex } from "./row-index.ts";
import { type Scene, timeAt, xOf } from "./scene.ts";

/** How far from a row a pointer may be to mean it, in CSS pixels. */
export const REACH_PX = 12;

/**
 * The row that is meant at a place of the drawing: of its lane, the one that is there, or the next
 * in reach; -1 for none.
 */
export function rowAt(
  scene: Scene,
  index: RowIndex,
  x: number,
  y: number,
  reachPx = REACH_PX,
): number {
  const laid = laneAt(scene, y);
  if (laid === undefined) return -1;
  const { rows, laneStarts } = index.data;
  const lane = laid.lane.index;
  const time = timeAt(scene, x);
  const isAboveMoments = y < laid.momentY - 8;
  const inside = isAboveMoments ? spanAt(scene, index, laid, time, y) : -1;
  if (inside >= 0) return inside;
  // The nearest begin, looking both ways; below the spans, moments first.
  const after = index.entryAfter(lane, time);
  let found = -1;
  let distance = reachPx;
  for (
    let at = Math.max(laneStarts[lane] as number, after - NEAR_ROWS);
    at < Math.min(laneStarts[lane + 1] as number, after + NEAR_ROWS);
    at++
  ) {
    const row = rows[at] as number;
    const isMoment = index.trace.durationCycles[row] === 0;
    const off =
      Math.abs(xOf(scene, index.trace.startCycles[row] as number) - x) +
      (isMoment === isAboveMoments ? 4 : 0);
    if (off > distance || (off === distance && found >= 0)) continue;
    distance = off;
    found = row;
  }
  return found;
}

const NEAR_ROWS = 16;

function laneAt({ layout }: Scene, y: number): LaidLane | undefined {
  return layout.lanes.find(({ top, height }) => y >= top && y < top + height);
}

/** What takes time at this moment on the level that is pointed at, else the innermost. */
function spanAt(scene: Scene, index: RowIndex, laid: LaidLane, time: number, y: number): number {
  const { trace, data } = index;
  const entry = index.entryAt(laid.lane.index, time);
  if (entry < 0) return -1;
  const level = Math.floor((y - laid.spanTop) / scene.layout.levelPx);
  let innermost = -1;
  for (let row = data.rows[entry] as number; row >= 0; row = data.outers[row] as number) {
    const end = (trace.startCycles[row] as number) + (trace.durationCycles[row] as number);
    if (end <= time) continue;
    if (data.depths[row] === level) return row;
    if (innermost < 0) innermost = row;
  }
  return innermost;
}

/** The row before or after another one in its lane; the row itself at the ends. */
export function neighbourInLane(index: RowIndex, row: number, step: 1 | -1): number {
  const lane = laneOfRow(index.order, index.trace, row);
  const { rows, laneStarts, startCycles } = index.data;
  const start = index.trace.startCycles[row] as number;
  let at = index.entryAt(lane, start);
  while (at >= 0 && rows[at] !== row && startCycles[at] === start) at--;
  const next = at + step;
  if (next < (laneStarts[lane] as number) || next >= (laneStarts[lane + 1] as number)) return row;
  return rows[next] as number;
}

/** The row of another lane that runs at the same moment or before it: up for -1, down for 1. */
export function neighbourLane(index: RowIndex, row: number, step: 1 | -1): number {
  const start = index.trace.startCycles[row] as number;
  const { rows, laneStarts } = index.data;
  let lane = laneOfRow(index.order, index.trace, row) + step;
  for (; lane >= 0 && lane < index.order.lanes.length; lane += step) {
    const from = laneStarts[lane] as number;
    if (from === laneStarts[lane + 1]) continue;
    return rows[Math.max(from, index.entryAt(lane, start))] as number;
  }
  return row;
}

/** The first or last row of a row's lane. */
export function endOfLane(index: RowIndex, row: number, isLast: boolean): number {
  const lane = laneOfRow(index.order, index.trace, row);
  const { rows, laneStarts } = index.data;
  return rows[isLast ? (laneStarts[lane + 1] as number) - 1 : (laneStarts[lane] as number)] ?? row;
}
