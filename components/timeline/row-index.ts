import type { Trace } from "#engine";
import type { LaneOrder } from "./lane-order.ts";
import { lastAtMost, type TimeMap } from "./time-map.ts";

/** Rows of a lane between two sums of its cycles by tint. */
export const TINT_STRIDE = 32;
/** Five tints of an actor's colour, each once for what is known and once for what is assumed. */
export const TINT_SLOTS = 10;
/** First step from what was found last. */
const HINT_STEP = 16;

/**
 * The rows of a trace by lane and time, with running sums. It takes the place of a pyramid of bins:
 * the difference of two running sums is exact at every zoom, not only at powers of two, and takes
 * two searches instead of a level for each power. All arrays are in the order of the lanes, and in
 * a lane in the order of time.
 */
export interface RowIndexData {
  /** Where each lane begins, and the end of the last. */
  readonly laneStarts: Int32Array;
  readonly rows: Int32Array;
  readonly startCycles: Float64Array;
  /** Busy cycles of all entries before each: a row is busy for its own price from its start on. */
  readonly busyBefore: Float64Array;
  /** The same of polls that found nothing. */
  readonly polledBefore: Float64Array | undefined;
  /** Cycles by tint of all entries of the lane before each {@link TINT_STRIDE}th one. */
  readonly tintSums: Float64Array;
  /** Where a lane's sums begin in `tintSums`, in strides. */
  readonly tintStarts: Int32Array;
  /** By lane: when its VM exits began, ascending. */
  readonly exitCycles: readonly Float64Array[];
  /** By row: how many others of its lane go on around it, at most 3. */
  readonly depths: Uint8Array;
  /** By row: the innermost row of its lane that goes on around it, -1 for none. */
  readonly outers: Int32Array;
  /** By lane: how many levels it needs, 1 to 4. */
  readonly levels: Uint8Array;
  /** How the axis runs without and with idle time folded. */
  readonly plain: TimeMap;
  readonly folded: TimeMap;
  /** How much of the time nothing at all was busy, 0 to 1. */
  readonly idleShare: number;
}

/** Answers what happened in a lane in a stretch of time, in the time of a search. */
export class RowIndex {
  readonly trace: Trace;
  readonly order: LaneOrder;
  readonly data: RowIndexData;
  /** By lane: what was found last. */
  readonly #hints: Int32Array;

  constructor(trace: Trace, order: LaneOrder, data: RowIndexData) {
    this.trace = trace;
    this.order = order;
    this.data = data;
    this.#hints = data.laneStarts.slice();
  }

  /** The last entry of a lane that begins at a moment or before it; -1 for none. */
  entryAt(lane: number, timeCycles: number): number {
    const { startCycles, laneStarts } = this.data;
    const first = laneStarts[lane] as number;
    const end = laneStarts[lane + 1] as number;
    // Who asks for one moment mostly asks for a later one next, not far from it.
    const hint = this.#hints[lane] as number;
    let from = first;
    let to = end;
    if (hint >= first && hint < end && (startCycles[hint] as number) <= timeCycles) {
      from = hint;
      let step = HINT_STEP;
      while (from + step < end && (startCycles[from + step] as number) <= timeCycles) {
        from += step;
        step *= 2;
      }
      to = Math.min(end, from + step);
    }
    const found = lastAtMost(startCycles, timeCycles, from, to);
    this.#hints[lane] = Math.max(first, found);
    return found;
  }

  /** The lane's first entry that begins after a moment, or where the next lane begins. */
  entryAfter(lane: number, timeCycles: number): number {
    const at = this.entryAt(lane, timeCycles);
    return at < 0 ? (this.data.laneStarts[lane] as number) : at + 1;
  }

  /** Rows of a lane that begin after `fromCycles` and not after `toCycles`. */
  rowCount(lane: number, fromCycles: number, toCycles: number): number {
    return this.entryAfter(lane, toCycles) - this.entryAfter(lane, fromCycles);
  }

  /** Cycles that a lane was busy up to a moment, counted through all lanes before it. */
  busyUntil(lane: number, timeCycles: number): number {
    return this.#until(this.data.busyBefore, lane, timeCycles);
  }

  /** Cycles of polls that found nothing up to a moment, counted like {@link busyUntil}. */
  polledUntil(lane: number, timeCycles: number): number {
    const { polledBefore } = this.data;
    return polledBefore === undefined ? 0 : this.#until(polledBefore, lane, timeCycles);
  }

  /** Cycles that a lane was busy in a stretch. */
  busyCycles(lane: number, fromCycles: number, toCycles: number): number {
    return this.busyUntil(lane, toCycles) - this.busyUntil(lane, fromCycles);
  }

  /** VM exits of a lane that began after `fromCycles` and not after `toCycles`. */
  exitCount(lane: number, fromCycles: number, toCycles: number): number {
    const exits = this.data.exitCycles[lane];
    if (exits === undefined || exits.length === 0) return 0;
    return lastAtMost(exits, toCycles) - lastAtMost(exits, fromCycles);
  }

  #until(sums: Float64Array, lane: number, timeCycles: number): number {
    const at = this.entryAt(lane, timeCycles);
    if (at < 0) return sums[this.data.laneStarts[lane] as number] as number;
    const before = sums[at] as number;
    const own = (sums[at + 1] as number) - before;
    const into = timeCycles - (this.data.startCycles[at] as number);
    return before + Math.min(own, into);
  }
}
