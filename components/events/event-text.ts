import { rowCycles } from "#engine";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { LANES } from "../flow/lane.ts";
import { grouped } from "../number-text.ts";
import { figure } from "../range-text.ts";
import { predicateOf } from "../sentence/predicate.ts";

/** In which unit times are written. */
export type TimeUnit = "µs" | "cycles";

/** What a line of the list says of a row. */
export interface EventText {
  readonly number: string;
  readonly time: string;
  readonly duration: string;
  readonly who: string;
  readonly what: string;
  readonly packet: string;
  readonly cost: string;
}

/** The heads of the columns, in their order. */
export function eventHeads(unit: TimeUnit): Readonly<EventText> {
  return {
    number: "Row",
    time: `Time, ${unit}`,
    duration: `Lasts, ${unit}`,
    who: "Who",
    what: "What",
    packet: "Packet",
    cost: "Cost, cycles",
  };
}

/** Says what stands in a line of the list. */
export function eventText(run: ExplorerRun, row: number, unit: TimeUnit): EventText {
  const { trace, costs } = run;
  const since = (trace.startCycles[row] ?? 0) - (trace.startCycles[0] ?? 0);
  const lasts = trace.durationCycles[row] ?? 0;
  const cycles = rowCycles(trace, row, costs.charges);
  const packet = trace.packet[row] ?? -1;
  return {
    number: grouped(row),
    time: timeText(since, unit, run.cyclesPerMicrosecond),
    duration: lasts === 0 ? "–" : timeText(lasts, unit, run.cyclesPerMicrosecond),
    who: LANES[trace.actor[row] ?? 0]?.label ?? "",
    what: predicateOf(run, row),
    packet: packet < 0 ? "–" : grouped(packet + 1),
    cost: cycles === 0 ? "–" : figure(cycles),
  };
}

/** How many characters the longest number of a row and the longest time have. */
export function columnCharacters({ trace, cyclesPerMicrosecond }: ExplorerRun, unit: TimeUnit) {
  const first = trace.startCycles[0] ?? 0;
  const last = trace.startCycles[trace.length - 1] ?? first;
  return {
    number: grouped(Math.max(0, trace.length - 1)).length,
    time: timeText(last - first, unit, cyclesPerMicrosecond).length,
  };
}

/** Rows as text with tabs between the columns, a line each, for the clipboard. */
export function eventLines(run: ExplorerRun, rows: Int32Array, unit: TimeUnit): string {
  const lines = [Object.values(eventHeads(unit)).join("\t")];
  for (const row of rows) lines.push(Object.values(eventText(run, row, unit)).join("\t"));
  return `${lines.join("\n")}\n`;
}

function timeText(cycles: number, unit: TimeUnit, cyclesPerMicrosecond: number): string {
  if (unit === "cycles") return grouped(Math.round(cycles));
  const [whole = "", part = ""] = (cycles / cyclesPerMicrosecond).toFixed(3).split(".");
  return `${grouped(Number(whole))}.${part}`;
}

const DEPTH_MAX = 6;

/** How many rows enclose a row, up to as many as a line is indented for. */
export function depthOf({ trace }: Pick<ExplorerRun, "trace">, row: number): number {
  let depth = 0;
  let outer = trace.parent[row] ?? -1;
  while (outer >= 0 && depth < DEPTH_MAX) {
    depth++;
    outer = trace.parent[outer] ?? -1;
  }
  return depth;
}
