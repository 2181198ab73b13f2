import { figure, type RangeDetail, type RangeRow, rangeText, withRange } from "#components/plain";
import {
  findMode,
  findProfile,
  inUnit,
  type Prediction,
  type PublishedPoint,
  type PublishedValue,
  ratioTo,
} from "#engine";

/** Within this factor a prediction is as good as hoped, and within that one not far off. */
export const GOOD_FACTOR = 1.5;
const OPEN_FACTOR = 2;

/** Those that are predicted, furthest off first; what does not count comes after what does. */
export function missesFirst(predictions: readonly Prediction[]): readonly Prediction[] {
  const rank = ({ counted, ratio }: Prediction) => (counted ? 1000 : 0) + offBy(ratio);
  return predictions
    .filter(({ predicted }) => predicted !== undefined)
    .toSorted((one, other) => rank(other) - rank(one));
}

/** Those that are not predicted, in their order. */
export function excused(predictions: readonly Prediction[]): readonly Prediction[] {
  return predictions.filter(({ excuse }) => excuse !== undefined);
}

/** A prediction as a row: its ratio on the axis, both values beside it, what stands for what behind it. */
export function predictionRow(prediction: Prediction): RangeRow {
  const { point, predicted, published, ratio, counted } = prediction;
  const range =
    predicted === undefined || published === undefined
      ? undefined
      : {
          low: ratioOf(predicted.low, published),
          typical: ratioOf(predicted.typical, published),
          high: ratioOf(predicted.high, published),
        };
  const inTheirs = predicted && inUnit(predicted, point.unit);
  return {
    id: point.id,
    title: point.mode,
    subtitle: `${point.metric}${counted ? "" : "; recalled only: it does not count"}`,
    range,
    text: range === undefined ? "nothing arrives" : withRange(range),
    verdict: counted ? verdictOf(ratio) : "none",
    cells: [publishedText(point), inTheirs === undefined ? "" : withRange(inTheirs)],
    details: detailsOf(prediction),
  };
}

/** What was published, with its unit. */
export function publishedText({ value, unit }: PublishedPoint): string {
  return `${typeof value === "number" ? figure(value) : value} ${unit === "us" ? "µs" : unit}`;
}

/** How far off a ratio is, in powers of two; what is no ratio is as far off as can be. */
function offBy(ratio: number | undefined): number {
  const log = Math.abs(Math.log2(ratio ?? NaN));
  return Number.isFinite(log) ? log : 100;
}

function verdictOf(ratio: number | undefined): RangeRow["verdict"] {
  const off = offBy(ratio);
  if (off <= Math.log2(GOOD_FACTOR)) return "good";
  return off <= Math.log2(OPEN_FACTOR) ? "open" : "bad";
}

/** A ratio that can be drawn: without a value it is none at all. */
function ratioOf(predicted: number, published: PublishedValue): number {
  const ratio = ratioTo(predicted, published);
  return Number.isFinite(ratio) ? ratio : 0;
}

function detailsOf({ point, mapping, predicted }: Prediction): readonly RangeDetail[] {
  const details: RangeDetail[] = [];
  if (mapping !== undefined) {
    const { setup, note } = mapping;
    const { title, clockGhz } = findProfile(setup.profileId);
    const knobs = Object.entries(setup.knobs).map(([name, value]) => `${name}=${value}`);
    details.push(
      { term: "Played as", text: [findMode(setup.modeId).title, ...knobs].join("; ") },
      {
        term: "On",
        text: `${title} at ${setup.clockGhz ?? clockGhz} GHz, mitigations ${setup.mitigations ? "on" : "off"}; frames of ${setup.frameBytes} bytes without FCS`,
      },
      { term: "Choices", text: note },
    );
  }
  if (predicted !== undefined) {
    details.push({ term: "Predicted range", text: rangeText(inUnit(predicted, point.unit)) });
  }
  return [
    ...details,
    { term: "Measured on", text: [point.config, point.packet].filter(Boolean).join("; ") },
    { term: "Source", text: `${point.source}: ${point.where}` },
    { term: "Seen", text: seenText(point) },
  ];
}

function seenText({ verified, kind }: PublishedPoint): string {
  const how = verified.startsWith("yes")
    ? "in the primary text"
    : verified.startsWith("secondary")
      ? "quoted in another text"
      : "nowhere: recalled only";
  return `${how}; ${kind}`;
}
