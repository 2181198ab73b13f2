import { grouped } from "../number-text.ts";
import { figure } from "../range-text.ts";

/** How long something takes, in the unit that reads best. */
export function durationText(cycles: number, cyclesPerMicrosecond: number): string {
  const microseconds = cycles / cyclesPerMicrosecond;
  if (microseconds >= 1e6) return `${figure(microseconds / 1e6)}\u202fs`;
  if (microseconds >= 1e3) return `${figure(microseconds / 1e3)}\u202fms`;
  return microseconds >= 1
    ? `${figure(microseconds)}\u202fµs`
    : `${figure(microseconds * 1e3)}\u202fns`;
}

/** A moment in microseconds with two decimals, without the unit. */
export function momentText(cycles: number, cyclesPerMicrosecond: number): string {
  const [whole = "0", decimals = "00"] = (cycles / cyclesPerMicrosecond).toFixed(2).split(".");
  return `${grouped(Number(whole))}.${decimals}`;
}
