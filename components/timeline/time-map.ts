/**
 * From time to the axis and back. On the axis, long idle stretches can be folded: each is drawn as
 * long as `keptCycles`, whatever it took. Lengths on the axis are cycles as well.
 */
export class TimeMap {
  readonly fromCycles: number;
  readonly toCycles: number;
  /** Whole length of the axis. */
  readonly axisCycles: number;
  /** Begin and end of each folded stretch, ascending. */
  readonly foldStarts: Float64Array;
  readonly foldEnds: Float64Array;
  readonly keptCycles: number;
  /** Where each folded stretch begins on the axis. */
  readonly #axisStarts: Float64Array;

  constructor(
    fromCycles: number,
    toCycles: number,
    foldStarts = new Float64Array(),
    foldEnds = new Float64Array(),
    keptCycles = 0,
  ) {
    this.fromCycles = fromCycles;
    this.toCycles = Math.max(toCycles, fromCycles + 1);
    this.foldStarts = foldStarts;
    this.foldEnds = foldEnds;
    this.keptCycles = keptCycles;
    this.#axisStarts = new Float64Array(foldStarts.length);
    let removed = 0;
    for (let fold = 0; fold < foldStarts.length; fold++) {
      this.#axisStarts[fold] = (foldStarts[fold] as number) - fromCycles - removed;
      removed += (foldEnds[fold] as number) - (foldStarts[fold] as number) - keptCycles;
    }
    this.axisCycles = this.toCycles - fromCycles - removed;
  }

  /** Where a moment stands on the axis. */
  toAxis(timeCycles: number): number {
    const fold = lastAtMost(this.foldStarts, timeCycles);
    if (fold < 0) return timeCycles - this.fromCycles;
    const start = this.foldStarts[fold] as number;
    const end = this.foldEnds[fold] as number;
    const at = this.#axisStarts[fold] as number;
    if (timeCycles >= end) return at + this.keptCycles + (timeCycles - end);
    return at + ((timeCycles - start) / (end - start)) * this.keptCycles;
  }

  /** The moment that stands at a place on the axis. */
  toTime(axis: number): number {
    const fold = lastAtMost(this.#axisStarts, axis);
    if (fold < 0) return this.fromCycles + axis;
    const into = axis - (this.#axisStarts[fold] as number);
    const start = this.foldStarts[fold] as number;
    const end = this.foldEnds[fold] as number;
    if (into >= this.keptCycles) return end + (into - this.keptCycles);
    return start + (into / this.keptCycles) * (end - start);
  }

  /** The folded stretches that begin between two places on the axis: first, and one past the last. */
  foldsBetween(axisFrom: number, axisTo: number): { readonly from: number; readonly to: number } {
    const from = lastAtMost(this.#axisStarts, axisFrom - this.keptCycles) + 1;
    return { from, to: lastAtMost(this.#axisStarts, axisTo) + 1 };
  }

  /** Where a folded stretch begins on the axis. */
  foldAxis(fold: number): number {
    return this.#axisStarts[fold] as number;
  }
}

/** The last place of an ascending array whose value is at most `value`; -1 when there is none. */
export function lastAtMost(
  values: Float64Array,
  value: number,
  from = 0,
  to = values.length,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1 < from ? -1 : low - 1;
}
