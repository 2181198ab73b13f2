import { scaleLinear, scaleLog } from "d3-scale";
import { grouped } from "../number-text.ts";

/** A mark on an axis. */
export interface Tick {
  readonly x: number;
  readonly label: string;
}

/** A scale for lengths and places, with its marks. */
export interface Axis {
  /** Where a value stands, in pixels. */
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

const TICK_PX = 90;

/** A linear axis from 0 to at least `max`. */
export function linearAxis(max: number, widthPx: number, text = tickText): Axis {
  const count = Math.max(2, Math.floor(widthPx / TICK_PX));
  const scale = scaleLinear([0, Math.max(max, Number.MIN_VALUE)], [0, widthPx]);
  const ticks = scale.ticks(count).map((value) => ({ x: scale(value), label: text(value) }));
  return { at: (value) => scale(value), ticks };
}

/** A logarithmic axis over whole powers of ten; what is below stands at its beginning. */
export function logAxis(min: number, max: number, widthPx: number, text = tickText): Axis {
  const from = 10 ** Math.floor(Math.log10(Math.max(min, Number.MIN_VALUE)) + 1e-9);
  const to = Math.max(max, from * 10);
  const scale = scaleLog([from, to], [0, widthPx]).clamp(true);
  const ticks: Tick[] = [];
  for (let value = from; value <= to * 1.0001; value *= 10) {
    ticks.push({ x: scale(value), label: text(value) });
  }
  return { at: (value) => scale(Math.max(value, from)), ticks };
}

/** A number on an axis. */
export function tickText(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(3)));
}

/** A logarithmic axis of ratios, with 1 in its middle and marks at powers of two. */
export function ratioAxis(min: number, max: number, widthPx: number): Axis {
  const reach = Math.max(max, 1 / Math.max(min, Number.MIN_VALUE), 2);
  const power = Math.min(RATIO_POWERS_MAX, Math.ceil(Math.log2(reach) - 1e-9));
  const scale = scaleLog([2 ** -power, 2 ** power], [0, widthPx]).clamp(true);
  const step = Math.max(1, Math.ceil((power * RATIO_TICK_PX * 2) / widthPx));
  const ticks: Tick[] = [];
  for (let at = -Math.floor(power / step) * step; at <= power; at += step) {
    ticks.push({ x: scale(2 ** at), label: ratioTick(at) });
  }
  return { at: (value) => scale(Math.max(value, 2 ** -power)), ticks };
}

const RATIO_POWERS_MAX = 10;
const RATIO_TICK_PX = 48;

function ratioTick(power: number): string {
  if (power === 0) return "1";
  return power > 0 ? `× ${2 ** power}` : `÷ ${2 ** -power}`;
}

/** A number with a prefix of its unit: 1.5 M, 81.2 k; three digits. */
export function metricText(value: number): string {
  const [factor, prefix] =
    value >= 1e9 ? [1e9, "G"] : value >= 1e6 ? [1e6, "M"] : value >= 1e3 ? [1e3, "k"] : [1, ""];
  const text = String(Number((value / factor).toPrecision(3)));
  return prefix === "" ? text : `${text}\u202f${prefix}`;
}
