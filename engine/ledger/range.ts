import type { CostRange } from "./cost.ts";

/** Nothing, for certain. */
export const ZERO: CostRange = { low: 0, typical: 0, high: 0 };

/** A range `times` as large: the same uncertain value counts again and again. */
export function scaled({ low, typical, high }: CostRange, times: number): CostRange {
  return { low: low * times, typical: typical * times, high: high * times };
}

/**
 * Adds ranges of different primitives. Within a primitive its error is the same each time and adds
 * up linearly (see `scaled`); between primitives errors are independent, so that the distances from
 * typical to low, and to high, add up as root of the sum of squares.
 */
export function sumOfRanges(ranges: Iterable<CostRange>): CostRange {
  let typical = 0;
  let below = 0;
  let above = 0;
  for (const range of ranges) {
    typical += range.typical;
    below += (range.typical - range.low) ** 2;
    above += (range.high - range.typical) ** 2;
  }
  return {
    low: Math.max(0, typical - Math.sqrt(below)),
    typical,
    high: typical + Math.sqrt(above),
  };
}
