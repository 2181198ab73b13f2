import type { Trace } from "#engine";
import type { RowIndexData } from "./row-index.ts";
import { TimeMap } from "./time-map.ts";

type Entries = Pick<RowIndexData, "laneStarts" | "rows" | "startCycles">;
type Folds = Pick<RowIndexData, "plain" | "folded" | "idleShare">;

const CHUNK_ROWS = 8192;
/** A folded stretch is drawn as long as this share of the busy stretches between them. */
const KEPT_SHARE = 0.08;
/** Only what is longer than so many times its drawn length is folded. */
const WORTH = 3;

/** Finds where nothing at all is busy, and the two ways in which the axis can run. */
export function* foldIdle(
  trace: Trace,
  { laneStarts, rows, startCycles }: Entries,
  busyBefore: Float64Array,
): Generator<undefined, Folds> {
  const laneCount = laneStarts.length - 1;
  const next = Array.from(laneStarts.subarray(0, laneCount));
  const gapStarts: number[] = [];
  const gapEnds: number[] = [];
  let from = Infinity;
  for (const lane of next.keys()) {
    const at = laneStarts[lane] as number;
    if (at < (laneStarts[lane + 1] as number)) from = Math.min(from, startCycles[at] as number);
  }
  if (!Number.isFinite(from)) from = 0;
  let end = from;
  let busyCycles = 0;
  for (let done = 0; done < rows.length; done++) {
    const lane = earliest(next, laneStarts, startCycles);
    const at = next[lane] as number;
    next[lane] = at + 1;
    const start = startCycles[at] as number;
    const own = (busyBefore[at + 1] as number) - (busyBefore[at] as number);
    if (start > end) {
      gapStarts.push(end);
      gapEnds.push(start);
      end = start;
    }
    const reach = start + own;
    if (reach > end) {
      busyCycles += reach - end;
      end = reach;
    }
    if (done % CHUNK_ROWS === 0) yield;
  }
  const to = Math.max(end, lastEnd(trace, rows));
  const plain = new TimeMap(from, to);
  const keptCycles = Math.max(1, (KEPT_SHARE * busyCycles) / (gapStarts.length + 1));
  const long = gapStarts.map((start, gap) => (gapEnds[gap] as number) - start > WORTH * keptCycles);
  const folded = new TimeMap(
    from,
    to,
    Float64Array.from(gapStarts.filter((_, gap) => long[gap])),
    Float64Array.from(gapEnds.filter((_, gap) => long[gap])),
    keptCycles,
  );
  const whole = plain.toCycles - from;
  return { plain, folded, idleShare: whole > 0 ? 1 - busyCycles / whole : 0 };
}

/** The lane whose next row begins first. */
function earliest(next: readonly number[], laneStarts: Int32Array, starts: Float64Array): number {
  let found = 0;
  let first = Infinity;
  for (let lane = 0; lane < next.length; lane++) {
    const at = next[lane] as number;
    if (at >= (laneStarts[lane + 1] as number)) continue;
    const start = starts[at] as number;
    if (start >= first) continue;
    first = start;
    found = lane;
  }
  return found;
}

/** When the last of the rows ends: one of the last that were written. */
function lastEnd(trace: Trace, rows: Int32Array): number {
  let end = 0;
  for (let row = Math.max(0, rows.length - CHUNK_ROWS); row < rows.length; row++) {
    const start = trace.startCycles[row] as number;
    end = Math.max(end, start + (trace.durationCycles[row] as number));
  }
  return end;
}
