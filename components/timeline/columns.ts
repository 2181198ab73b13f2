import type { RowIndex } from "./row-index.ts";
import type { TimeMap } from "./time-map.ts";
import type { AxisWindow } from "./window.ts";

/** The moments at the borders of equal columns of the axis; one more than there are columns. */
export function columnBorders(map: TimeMap, window: AxisWindow, columnCount: number): Float64Array {
  const borders = new Float64Array(columnCount + 1);
  const width = (window.to - window.from) / columnCount;
  for (let column = 0; column <= columnCount; column++) {
    borders[column] = map.toTime(window.from + column * width);
  }
  return borders;
}

/** What a lane did in each column. */
export interface LaneColumns {
  /** Busy cycles; all columns together are the busy cycles of the stretch. */
  readonly busyCycles: Float64Array;
  /** Cycles of polls that found nothing; undefined in a run without such. */
  readonly polledCycles: Float64Array | undefined;
}

/** Busy cycles of a lane by column: differences of running sums, so that nothing is lost or twice. */
export function laneColumns(index: RowIndex, lane: number, borders: Float64Array): LaneColumns {
  const count = borders.length - 1;
  const busyCycles = new Float64Array(count);
  const polls = index.data.polledBefore === undefined ? undefined : new Float64Array(count);
  let before = index.busyUntil(lane, borders[0] as number);
  let pollsBefore = index.polledUntil(lane, borders[0] as number);
  for (let column = 0; column < count; column++) {
    const border = borders[column + 1] as number;
    const until = index.busyUntil(lane, border);
    busyCycles[column] = until - before;
    before = until;
    if (polls === undefined) continue;
    const polledUntil = index.polledUntil(lane, border);
    polls[column] = polledUntil - pollsBefore;
    pollsBefore = polledUntil;
  }
  return { busyCycles, polledCycles: polls };
}

/** VM exits by column. */
export function exitColumns(index: RowIndex, borders: Float64Array): Int32Array {
  const counts = new Int32Array(borders.length - 1);
  for (const { index: lane } of index.order.lanes) {
    if (index.data.exitCycles[lane]?.length === 0) continue;
    for (let column = 0; column < counts.length; column++) {
      const count = index.exitCount(lane, borders[column] as number, borders[column + 1] as number);
      counts[column] = (counts[column] as number) + count;
    }
  }
  return counts;
}
