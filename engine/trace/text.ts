import { ACTORS } from "./actor.ts";
import { rowCell } from "./lane-cell.ts";
import { KIND } from "./schema.ts";
import type { RegisterNames } from "./sentence.ts";
import type { Trace } from "./store.ts";

/** The lanes of the text, from guest to wire: which actors share one, and how wide it is. */
const LANES: readonly {
  readonly title: string;
  readonly actors: readonly number[];
  readonly width: number;
}[] = [
  {
    title: "guest",
    actors: [ACTORS.guestApplication.code, ACTORS.guestDriver.code],
    width: 46,
  },
  { title: "hypervisor", actors: [ACTORS.hypervisor.code], width: 30 },
  { title: "device", actors: [ACTORS.deviceModel.code, ACTORS.hardware.code], width: 46 },
  {
    title: "host and wire",
    actors: [ACTORS.hostNetwork.code, ACTORS.wire.code],
    width: 44,
  },
];
const CYCLES_WIDTH = 10;
const GUEST_LANE = 0;
const HYPERVISOR_LANE = 1;
const INDENT_MAX = 8;
/** What a hypervisor may do between the guest's leaving and the device's seeing the access. */
const BEFORE_ACCESS: readonly number[] = [KIND.contextSwitch, KIND.userExit, KIND.translation];
const ROWS_BEFORE_ACCESS_MAX = 6;

/**
 * Prints a trace like a sequence diagram: time runs down in cycles since the first row, one lane for guest, hypervisor, device,
 * host and wire each, in fixed widths. `←` is a store, `→` a load; an access that leaves the guest
 * points to its exit. A line `packet N` stands where the packet changes; what lies inside a function
 * or an interrupt is indented.
 * @param rowLimit Rows to print at most; the rest is counted in a last line.
 * @param rowCount Rows there were, when the trace does not hold them all.
 * @param rows The rows wanted, default all.
 */
export function traceToText(
  trace: Trace,
  registers: RegisterNames,
  rowLimit = 1e6,
  rowCount = trace.length,
  rows?: Int32Array,
): string {
  const lines = [...header()];
  const shown = Math.min(rows?.length ?? trace.length, rowLimit);
  const start = trace.startCycles[0] ?? 0;
  let packet = -2;
  let shownAccess = -1;
  for (let at = 0; at < shown; at++) {
    const row = rows?.[at] ?? at;
    if (row === shownAccess) continue;
    const now = trace.packet[row] as number;
    if (now !== packet) lines.push("", now < 0 ? "no packet" : `packet ${now + 1}`);
    packet = now;
    const access = accessOfExit(trace, row, rows === undefined ? shown : trace.length);
    const cells = ["", "", "", ""];
    if (access >= 0) {
      cells[GUEST_LANE] = arrowed(cell(trace, access, registers));
      cells[HYPERVISOR_LANE] = cell(trace, row, registers);
      shownAccess = access;
    } else cells[laneOf(trace, row)] = cell(trace, row, registers);
    lines.push(...wrapped((trace.startCycles[row] as number) - start, cells));
  }
  if (shown < rowCount) {
    const rest = rowCount - shown;
    lines.push("", `${" ".repeat(CYCLES_WIDTH)}  … ${rest} more ${rest === 1 ? "row" : "rows"}`);
  }
  return `${lines.join("\n")}\n`;
}

function* header(): Generator<string> {
  const titles = LANES.map(({ title, width }) => title.padEnd(width)).join("  ");
  yield `${"cycle".padStart(CYCLES_WIDTH)}  ${titles.trimEnd()}`;
  const rules = LANES.map(({ width }) => "─".repeat(width)).join("  ");
  yield `${"─".repeat(CYCLES_WIDTH)}  ${rules}`;
}

function laneOf(trace: Trace, row: number): number {
  const actor = trace.actor[row] as number;
  return LANES.findIndex((lane) => lane.actors.includes(actor));
}

/**
 * The guest's access that a VM exit, a fault or a callout belongs to: the row behind it, or behind
 * what the hypervisor does before the device sees the access; -1 for an exit of its own.
 */
function accessOfExit(trace: Trace, row: number, end: number): number {
  const leaves = trace.kind[row];
  if (leaves !== KIND.vmExit && leaves !== KIND.exception && leaves !== KIND.callout) return -1;
  for (let at = row + 1; at < Math.min(end, row + ROWS_BEFORE_ACCESS_MAX); at++) {
    const kind = trace.kind[at] as number;
    if (kind >= KIND.mmioRead && kind <= KIND.configWrite) return at;
    if (!BEFORE_ACCESS.includes(kind)) return -1;
  }
  return -1;
}

function cell(trace: Trace, row: number, registers: RegisterNames): string {
  return `${" ".repeat(indentOf(trace, row))}${rowCell(trace, row, registers)}`;
}

/** Two columns for each enclosing row of the same lane. */
function indentOf(trace: Trace, row: number): number {
  const lane = laneOf(trace, row);
  let indent = 0;
  let outer = trace.parent[row] as number;
  while (outer >= 0 && indent < INDENT_MAX) {
    if (laneOf(trace, outer) === lane) indent += 2;
    outer = trace.parent[outer] as number;
  }
  return indent;
}

/** An access with an arrow to the exit in the next lane. */
function arrowed(text: string): string {
  const width = (LANES[GUEST_LANE]?.width ?? 0) - 1;
  return text.length + 4 > width ? text : `${text} ${"─".repeat(width - text.length - 1)}▶`;
}

/** One moment as lines of the lanes' widths; words that do not fit go on below. */
function wrapped(cycles: number, cells: readonly string[]): string[] {
  const columns = cells.map((text, lane) => wrap(text, LANES[lane]?.width ?? 0));
  const height = Math.max(...columns.map((column) => column.length));
  const lines: string[] = [];
  for (let at = 0; at < height; at++) {
    const time =
      at === 0 ? String(Math.round(cycles)).padStart(CYCLES_WIDTH) : " ".repeat(CYCLES_WIDTH);
    const parts = columns.map((column, lane) => (column[at] ?? "").padEnd(LANES[lane]?.width ?? 0));
    lines.push(`${time}  ${parts.join("  ")}`.trimEnd());
  }
  return lines;
}

function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const indent = text.length - text.trimStart().length + 4;
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const cut = space > indent ? space : width;
    lines.push(rest.slice(0, cut));
    rest = `${" ".repeat(indent)}${rest.slice(cut).trimStart()}`;
  }
  lines.push(rest);
  return lines;
}
