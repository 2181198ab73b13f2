import { grouped } from "./number-text.ts";

/** A value with its range, as the engine gives it: low ≤ typical ≤ high. */
export interface TextRange {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

/** A number as a reader needs it: whole from 100 on, with at most three digits below. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return grouped(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** The bounds of a range, with three digits at most: 1 240 – 1 560; one number when it has no width. */
export function rangeText({ low, high }: TextRange): string {
  const from = threeDigits(low);
  const to = threeDigits(high);
  return from === to ? from : `${from} – ${to}`;
}

/** A typical value with its bounds in brackets: 1 400 (1 240 – 1 560). */
export function withRange(range: TextRange): string {
  const bounds = rangeText(range);
  const typical = figure(range.typical);
  return bounds === typical || range.low === range.high ? typical : `${typical} (${bounds})`;
}

/** A share from 0 to 1 in whole percent; what is there at all is never 0 %. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.005) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const short = Number(value.toPrecision(3));
  return Number.isInteger(short) ? grouped(short) : String(short);
}
