import { type Charge, rowCycles, type Trace } from "#engine";
import { laneOfRow, type LaneOrder } from "./lane-order.ts";

/** Looks at so many rows, evenly spread; a fraction of a millisecond. */
const SAMPLES_MAX = 8192;

/** How busy each lane was in each of equal stretches of time, from a sample of the rows. */
export interface CoarseShares {
  readonly fromCycles: number;
  readonly toCycles: number;
  /** By lane, `binCount` shares from 0 to 1. */
  readonly shares: Float32Array;
  readonly binCount: number;
}

/** What can be drawn at once, before all rows are looked at. */
export function coarseShares(
  trace: Trace,
  order: LaneOrder,
  charges: readonly Charge[],
  binCount = 128,
): CoarseShares {
  const stride = Math.max(1, Math.ceil(trace.length / SAMPLES_MAX));
  const fromCycles = trace.startCycles[0] ?? 0;
  const last = trace.length - 1;
  const end = (trace.startCycles[last] ?? 0) + (trace.durationCycles[last] ?? 0);
  const toCycles = Math.max(end, fromCycles + 1);
  const binCycles = (toCycles - fromCycles) / binCount;
  const shares = new Float32Array(order.lanes.length * binCount);
  for (let row = 0; row < trace.length; row += stride) {
    const into = ((trace.startCycles[row] as number) - fromCycles) / binCycles;
    const bin = Math.min(binCount - 1, Math.max(0, Math.floor(into)));
    const slot = laneOfRow(order, trace, row) * binCount + bin;
    if (charges[trace.cost[row] as number]?.passed === true) continue;
    const share = (stride * rowCycles(trace, row, charges)) / binCycles;
    shares[slot] = Math.min(1, (shares[slot] as number) + share);
  }
  return { fromCycles, toCycles, shares, binCount };
}
