import { scaleLinear } from "d3-scale";
import { grouped } from "../number-text.ts";
import type { TimeMap } from "./time-map.ts";
import type { AxisWindow } from "./window.ts";

/** A mark on an axis of time. */
export interface TimeTick {
  readonly x: number;
  readonly label: string;
}

/** Marks of an axis, their unit, and from where they count. */
export interface TimeTicks {
  readonly ticks: readonly TimeTick[];
  readonly unit: string;
  /** In words, where marks count from somewhere else than the beginning; else empty. */
  readonly base: string;
}

const APART_PX = 76;
/** From so many digits on, marks count from the left edge's round number. */
const DIGITS_MAX = 7;
const TRIES = [1, 2, 4, 8, 16];

/** Units of time by how many of them are a microsecond. */
const TIME_UNITS = [
  { name: "s", perMicrosecond: 1e-6 },
  { name: "ms", perMicrosecond: 1e-3 },
  { name: "µs", perMicrosecond: 1 },
  { name: "ns", perMicrosecond: 1e3 },
] as const;

/** Marks in seconds to nanoseconds since the run's first row. */
export function timeTicks(
  map: TimeMap,
  window: AxisWindow,
  widthPx: number,
  cyclesPerMicrosecond: number,
): TimeTicks {
  const span = map.toTime(window.to) - map.toTime(window.from);
  const microseconds = span / cyclesPerMicrosecond;
  const unit = TIME_UNITS.find((one) => microseconds * one.perMicrosecond >= 4) ?? TIME_UNITS[3];
  const perUnit = cyclesPerMicrosecond / unit.perMicrosecond;
  return ticksOf(map, window, widthPx, perUnit, unit.name);
}

/** Marks in cycles since the run's first row. */
export function cycleTicks(map: TimeMap, window: AxisWindow, widthPx: number): TimeTicks {
  const span = map.toTime(window.to) - map.toTime(window.from);
  const [perUnit, unit] =
    span >= 4e9
      ? [1e9, "G cycles"]
      : span >= 4e6
        ? [1e6, "M cycles"]
        : span >= 4e3
          ? [1e3, "k cycles"]
          : [1, "cycles"];
  return ticksOf(map, window, widthPx, perUnit, unit);
}

function ticksOf(
  map: TimeMap,
  window: AxisWindow,
  widthPx: number,
  cyclesPerUnit: number,
  unit: string,
): TimeTicks {
  const origin = map.fromCycles;
  const first = (map.toTime(window.from) - origin) / cyclesPerUnit;
  const last = (map.toTime(window.to) - origin) / cyclesPerUnit;
  const at = scaleLinear([window.from, window.to], [0, widthPx]);
  const wanted = Math.max(2, Math.floor(widthPx / (APART_PX * 1.4)));
  const scale = scaleLinear([first, last], [0, 1]);
  let kept: { value: number; x: number }[] = [];
  for (const times of TRIES) {
    // Where idle time is folded, even steps of time crowd: more are asked for, and those that fit kept.
    kept = apart(
      scale.ticks(wanted * times).map((value) => ({
        value,
        x: at(map.toAxis(origin + value * cyclesPerUnit)),
      })),
    );
    if (kept.length >= wanted * 0.6 || map.foldStarts.length === 0) break;
  }
  const step = Math.min(
    ...kept.slice(1).map(({ value }, tick) => value - (kept[tick]?.value ?? 0)),
  );
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const isLong = String(Math.round(Math.abs(last))).length + digits > DIGITS_MAX;
  const base = isLong ? (kept[0]?.value ?? 0) : 0;
  const text = (value: number) => {
    const [whole = "", decimals] = value.toFixed(Math.min(digits, 6)).split(".");
    return decimals === undefined
      ? grouped(Number(whole))
      : `${grouped(Number(whole))}.${decimals}`;
  };
  return {
    ticks: kept.map(({ value, x }, tick) => ({
      x,
      label: !isLong ? text(value) : tick === 0 ? text(value) : `+${text(value - base)}`,
    })),
    unit,
    base: isLong ? text(base) : "",
  };
}

function apart(all: readonly { value: number; x: number }[]): { value: number; x: number }[] {
  const kept: { value: number; x: number }[] = [];
  for (const tick of all) {
    if (tick.x - (kept.at(-1)?.x ?? -Infinity) >= APART_PX) kept.push(tick);
  }
  return kept;
}
