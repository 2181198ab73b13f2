import { rowCell, type RegisterNames, type Trace } from "#engine";
import { grouped } from "../number-text.ts";

/** The most telling words for a row that have room: what it does with its cycles, or its name alone. */
export function labelIn(
  trace: Trace,
  row: number,
  registers: RegisterNames,
  charactersMax: number,
): string {
  if (charactersMax < 3) return "";
  const cell = rowCell(trace, row, registers);
  const cycles = Math.round(trace.durationCycles[row] as number);
  const whole = cycles > 0 ? `${cell} · ${grouped(cycles)} cycles` : cell;
  if (whole.length <= charactersMax) return whole;
  if (cell.length <= charactersMax) return cell;
  const name = trace.names[trace.where[row] as number] ?? "";
  if (name !== "" && name.length <= charactersMax) return name;
  return charactersMax < 6 ? "" : `${cell.slice(0, charactersMax - 1)}…`;
}
