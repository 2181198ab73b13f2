import { RESOURCE_NAMES } from "../core/resource.ts";
import { ACTORS } from "./actor.ts";
import { describeRow, type RegisterNames } from "./sentence.ts";
import { KIND_NAMES } from "./schema.ts";
import { accessValue, type Trace } from "./store.ts";

const ACTOR_NAMES: readonly string[] = Object.keys(ACTORS);
const HEADER =
  "row,cycles,kind,actor,where,size_bytes,a,b,packet,parent,cause,duration_cycles,cost_cycles,resource,text";
const ROWS_PER_PART = 4096;

/**
 * Writes a trace as CSV (RFC 4180), one row per event. Rows are numbered from 0; packet, parent and
 * cause are empty for none. `duration_cycles` spans what a row encloses, `cost_cycles` is the row's own.
 * @param costCycles Cycles of a row; without it, cost and resource stay empty.
 * @param rows The rows wanted, default all.
 */
export function traceToCsv(
  trace: Trace,
  registers: RegisterNames,
  costCycles?: (row: number) => number,
  rows?: Int32Array,
): string {
  return [...traceToCsvParts(trace, registers, costCycles, rows)].join("");
}

/** The same in parts: a long trace's text does not fit into one string. */
export function* traceToCsvParts(
  trace: Trace,
  registers: RegisterNames,
  costCycles?: (row: number) => number,
  rows?: Int32Array,
): Generator<string> {
  let part = `${HEADER}\r\n`;
  const count = rows?.length ?? trace.length;
  for (let at = 0; at < count; at++) {
    part += `${line(trace, rows?.[at] ?? at, registers, costCycles)}\r\n`;
    if (at % ROWS_PER_PART !== ROWS_PER_PART - 1) continue;
    yield part;
    part = "";
  }
  yield part;
}

function line(
  trace: Trace,
  row: number,
  registers: RegisterNames,
  costCycles: ((row: number) => number) | undefined,
): string {
  return [
    row,
    rounded(trace.startCycles[row] as number),
    KIND_NAMES[trace.kind[row] as number] ?? "",
    ACTOR_NAMES[trace.actor[row] as number] ?? "",
    quote(trace.names[trace.where[row] as number] ?? ""),
    trace.sizeBytes[row] as number,
    trace.a[row] as number,
    accessValue(trace, row),
    orEmpty(trace.packet[row] as number),
    orEmpty(trace.parent[row] as number),
    orEmpty(trace.cause[row] as number),
    rounded(trace.durationCycles[row] as number),
    ...(costCycles === undefined
      ? ["", ""]
      : [rounded(costCycles(row)), RESOURCE_NAMES[trace.resource[row] as number] ?? ""]),
    quote(describeRow(trace, row, registers)),
  ].join(",");
}

/** Cycles to the thousandth: prices in nanoseconds make fractions of a cycle. */
function rounded(cycles: number): number {
  return Math.round(cycles * 1000) / 1000;
}

function orEmpty(value: number): string {
  return value < 0 ? "" : String(value);
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
