import { KIND } from "#engine";
import { shapeOf } from "../flow/mark-shape.ts";
import { laneOfRow } from "./lane-order.ts";
import type { RowIndex } from "./row-index.ts";
import { timeAt, type Scene, xOf } from "./scene.ts";

/** From so many rows in view on, lanes show how busy they were instead of the rows. */
export const ROWS_DRAWN_MAX = 2500;

/** A row that is drawn by itself. */
export interface RowBox {
  readonly row: number;
  readonly lane: number;
  readonly x: number;
  /** Where what the row itself is charged with ends. */
  readonly busyX: number;
  /** Where the row ends, with all that happens inside it. */
  readonly endX: number;
  /** Level in its lane, from 0. */
  readonly depth: number;
  /** Whether it takes no time, so that a mark stands for it. */
  readonly isMoment: boolean;
  /** Index into MARK_SHAPES; -1 for a call. */
  readonly shape: number;
}

/** How many rows begin in the window, in all lanes. */
export function rowsInView(index: RowIndex, fromCycles: number, toCycles: number): number {
  let count = 0;
  for (const { index: lane } of index.order.lanes) {
    count += index.rowCount(lane, fromCycles, toCycles);
  }
  return count;
}

/** The rows that are seen in the window, lane by lane: also those that began before it. */
export function boxesInView(scene: Scene, index: RowIndex): RowBox[] {
  const fromCycles = timeAt(scene, 0);
  const toCycles = timeAt(scene, scene.layout.plotPx);
  const boxes: RowBox[] = [];
  const enclosing = new Set<number>();
  for (const { index: lane } of index.order.lanes) {
    const before = index.entryAt(lane, fromCycles);
    const first = Math.max(index.data.laneStarts[lane] as number, before);
    const end = index.entryAfter(lane, toCycles);
    if (first < end || before >= 0) addEnclosing(index, first, fromCycles, enclosing);
    for (let entry = first; entry < end; entry++) {
      const row = index.data.rows[entry] as number;
      if (!enclosing.has(row)) boxes.push(boxOf(scene, index, row, lane, entry));
    }
  }
  const outer = [...enclosing].sort((one, other) => one - other);
  return [
    ...outer.map((row) => boxOf(scene, index, row, laneOfRow(index.order, index.trace, row))),
    ...boxes,
  ];
}

/** Adds what began before the window and goes on around what is in it. */
function addEnclosing(
  { data, trace }: RowIndex,
  entry: number,
  fromCycles: number,
  enclosing: Set<number>,
): void {
  const { startCycles, durationCycles } = trace;
  let row = data.outers[data.rows[entry] ?? -1] ?? -1;
  while (row >= 0) {
    const start = startCycles[row] as number;
    const end = start + (durationCycles[row] as number);
    if (start < fromCycles && end > fromCycles) enclosing.add(row);
    row = data.outers[row] as number;
  }
}

function boxOf(scene: Scene, index: RowIndex, row: number, lane: number, at = -1): RowBox {
  const { trace, data } = index;
  const start = trace.startCycles[row] as number;
  const duration = trace.durationCycles[row] as number;
  const own = at < 0 ? 0 : (data.busyBefore[at + 1] as number) - (data.busyBefore[at] as number);
  const x = xOf(scene, start);
  return {
    row,
    lane,
    x,
    busyX: own > 0 ? xOf(scene, start + own) : x,
    endX: duration > 0 ? xOf(scene, start + Math.max(duration, own)) : x,
    depth: data.depths[row] as number,
    isMoment: duration === 0 && trace.kind[row] !== KIND.call,
    shape: shapeOf(trace.kind[row] as number),
  };
}
