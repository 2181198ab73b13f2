import { InputError } from "../core/input-error.ts";
import type { CostRange } from "../ledger/cost.ts";
import { mapPoint } from "./mapping/map-point.ts";
import { type PublishedValue, ratioTo, readValue } from "./mapping/value-text.ts";
import { PUBLISHED_POINTS } from "./points/index.ts";
import { type OwnPrices, predict } from "./predict.ts";
import { isVerified, type PublishedPoint } from "./published-point.ts";
import type { Mapping } from "./setup.ts";

/** A published result beside what the engine predicts, or the sentence that says why it does not. */
export interface Prediction {
  readonly point: PublishedPoint;
  readonly mapping?: Mapping;
  readonly excuse?: string;
  /** Both in packets or transactions a second, microseconds, GHz or as a ratio. */
  readonly published?: PublishedValue;
  readonly predicted?: CostRange;
  /** Predicted over published; 1 inside of a published range. */
  readonly ratio?: number;
  /** Whether it counts in the statistics: mapped and verified. */
  readonly counted: boolean;
}

/** How far the predictions that count are off. */
export interface ValidationSummary {
  readonly points: number;
  readonly mapped: number;
  readonly excused: number;
  readonly counted: number;
  /** Median of |log2(ratio)| over the points that count; 1 is a factor of two. */
  readonly medianLog2: number;
  /** Of those, within a factor of 1.5 and of two. */
  readonly withinOneAndAHalf: number;
  readonly withinTwo: number;
}

/** Options of {@link validate}. */
export interface ValidateOptions {
  readonly points?: readonly PublishedPoint[];
  /** Prices of the reader's own, over those of each point's set-up. */
  readonly overrides?: OwnPrices;
  readonly onProgress?: (done: number, all: number) => void;
}

/** Lays predictions beside published results, those that are furthest off first, excuses last. */
export function validate(options: ValidateOptions = {}): readonly Prediction[] {
  const { points = PUBLISHED_POINTS, overrides = {}, onProgress } = options;
  const predictions = points.map((point, index) => {
    onProgress?.(index, points.length);
    return predictPoint(point, overrides);
  });
  return predictions.toSorted((one, other) => distance(other) - distance(one));
}

/** One point's prediction. */
export function predictPoint(point: PublishedPoint, own: OwnPrices = {}): Prediction {
  const mapped = mapPoint(point);
  if ("excuse" in mapped) return { point, excuse: mapped.excuse, counted: false };
  const published = readValue(point.value, point.unit) as PublishedValue;
  const predicted = attempt(() => predict(mapped, own));
  if (typeof predicted === "string") return { point, excuse: predicted, counted: false };
  const ratio = ratioTo(predicted.typical, published);
  return { point, mapping: mapped, published, predicted, ratio, counted: isVerified(point) };
}

/** A prediction, or what the engine says about a scenario that it does not run. */
function attempt(run: () => CostRange): CostRange | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** Sums predictions up. */
export function summarize(predictions: readonly Prediction[]): ValidationSummary {
  const distances = predictions
    .filter(({ counted }) => counted)
    .map(({ ratio }) => off(ratio))
    .toSorted((one, other) => one - other);
  const mapped = predictions.filter(({ mapping }) => mapping !== undefined).length;
  return {
    points: predictions.length,
    mapped,
    excused: predictions.length - mapped,
    counted: distances.length,
    medianLog2: median(distances),
    withinOneAndAHalf: distances.filter((one) => one <= Math.log2(1.5)).length,
    withinTwo: distances.filter((one) => one <= 1).length,
  };
}

/** |log2| of a ratio; where nothing came out, or nothing arrived, as far off as can be. */
function off(ratio: number | undefined): number {
  const log = Math.abs(Math.log2(ratio ?? NaN));
  return Number.isNaN(log) ? Infinity : log;
}

/** Misses on top, then what does not count, then excuses. */
function distance({ ratio, counted }: Prediction): number {
  if (ratio === undefined) return -2;
  return counted ? off(ratio) : -1 / (2 + off(ratio));
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
