import type { CostRange } from "../ledger/cost.ts";
import { isVerified } from "./published-point.ts";
import { type Mapping, setupPrices } from "./setup.ts";
import type { OrderingResult } from "./orderings.ts";
import { type Prediction, summarize } from "./validate.ts";

const GOAL_LOG2 = 0.6;
/** Further off than this a prediction is a miss, and has its reason beside it. */
const MISS_RATIO = 1.5;

/** The table: misses on top, what each prediction stands for, then excuses, then orders. */
export function validationToText(
  predictions: readonly Prediction[],
  orders: readonly OrderingResult[],
): string {
  const mapped = predictions.filter(({ mapping }) => mapping !== undefined);
  const excused = predictions.filter(({ excuse }) => excuse !== undefined);
  const width = Math.max(...predictions.map(({ point }) => point.id.length), 5) + 2;
  const lines = [
    `${"point".padEnd(width)}${["published", "low", "typical", "high", "ratio"].map((cell) => cell.padStart(14)).join("")}  unit`,
    ...mapped.flatMap((prediction) => pointLines(prediction, width)),
    "",
    ...summaryLines(predictions),
    "",
    "orders that sources state",
    ...orders.map(orderLine),
    "",
    "not predicted",
    ...excused.map(({ point, excuse }) => `${point.id.padEnd(width)}  ${excuse ?? ""}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same as JSON. */
export function validationToJson(
  predictions: readonly Prediction[],
  orders: readonly OrderingResult[],
  changed: Readonly<Record<string, number>> = {},
): string {
  const points = predictions.map(({ point, mapping, excuse, predicted, ratio, counted }) => ({
    point: point.id,
    mode: point.mode,
    metric: point.metric,
    published: point.value,
    unit: point.unit,
    verified: point.verified,
    counted,
    source: point.source,
    where: point.where,
    ...(excuse === undefined ? {} : { excuse }),
    ...(mapping === undefined ? {} : { scenario: mapping }),
    ...(predicted === undefined ? {} : { predicted: inUnit(predicted, point.unit), ratio }),
  }));
  return JSON.stringify({ changed, summary: summarize(predictions), points, orders }, null, 2);
}

/** A prediction in the unit of the source. */
export function inUnit({ low, typical, high }: CostRange, unit: string): CostRange {
  const factor = unitFactor(unit);
  return { low: low / factor, typical: typical / factor, high: high / factor };
}

/** What a scenario is, in one line. */
export function mappingText({ setup, note }: Mapping): string {
  const { clockGhz } = setupPrices(setup);
  const knobs = Object.entries(setup.knobs).map(([name, value]) => `${name}=${String(value)}`);
  const on = setup.mitigations ? "on" : "off";
  const words = [setup.modeId, ...knobs, `${setup.profileId} ${clockGhz} GHz, mitigations ${on}`];
  return `${words.join(" ")}: ${note}`;
}

function pointLines({ point, mapping, predicted, ratio }: Prediction, width: number): string[] {
  if (mapping === undefined || predicted === undefined) return [];
  const { low, typical, high } = inUnit(predicted, point.unit);
  const recalled = isVerified(point) ? "" : " recalled";
  const cells = [`${point.value}${recalled}`, ...[low, typical, high].map(numberText)];
  const off = Number.isFinite(ratio) ? (ratio as number).toFixed(2) : "-";
  const row = [...cells, off].map((cell) => cell.padStart(14)).join("");
  const missed =
    Number.isFinite(ratio) && Math.abs(Math.log2(ratio as number)) > Math.log2(MISS_RATIO);
  const indent = `${"".padEnd(width)}  `;
  return [
    `${point.id.padEnd(width)}${row}  ${point.unit}`,
    `${indent}${point.mode}: ${point.metric}`,
    `${indent}${mappingText(mapping)}`,
    ...(missed ? [`${indent}falls short: ${mapping.miss ?? "no reason is known."}`] : []),
  ];
}

function summaryLines(predictions: readonly Prediction[]): string[] {
  const { points, mapped, excused, counted, medianLog2, withinOneAndAHalf, withinTwo } =
    summarize(predictions);
  return [
    `${points} points: ${mapped} predicted, of which ${counted} count (seen in their sources or quoted), and ${excused} excused`,
    `median of |log2(ratio)| ${numberText(medianLog2)} (goal: at most ${GOAL_LOG2}), a factor of ${numberText(2 ** medianLog2)}; ` +
      `within a factor of 1.5: ${withinOneAndAHalf}, of two: ${withinTwo}`,
  ];
}

function orderLine({ ordering, values, holds }: OrderingResult): string {
  const found = ordering.systems.map(
    (system, at) => `${system.label} ${numberText(values[at] as number)}`,
  );
  return `${holds ? "holds   " : "REVERSED"}  ${ordering.id}: ${found.join(ordering.better === "more" ? " > " : " < ")} ${ordering.unit} (${ordering.source})`;
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function unitFactor(unit: string): number {
  if (/^Mpps|million/i.test(unit)) return 1e6;
  if (/^k/i.test(unit)) return 1e3;
  if (unit.startsWith("%")) return 0.01;
  if (/^ms\b/i.test(unit)) return 1e3;
  return /^ns\b/i.test(unit) ? 1e-3 : 1;
}
