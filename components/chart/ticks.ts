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
