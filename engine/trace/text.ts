import { describeRow, type RegisterNames } from "./sentence.ts";
import type { Trace } from "./store.ts";

/** Columns of the text: which actors share one, from guest to wire. */
const COLUMNS: readonly { readonly title: string; readonly actors: readonly number[] }[] = [
  { title: "guest", actors: [0, 1] },
  { title: "hypervisor", actors: [2] },
  { title: "device", actors: [3, 5] },
  { title: "host and wire", actors: [4, 6] },
];
const INDENT = 4;

/**
 * Prints a trace like a sequence diagram: one line a row, indented by lane from guest to wire, a
 * blank line between packets.
 * @param rowLimit Rows to print at most; the rest is counted in a last line.
 */
export function traceToText(trace: Trace, registers: RegisterNames, rowLimit = 1e6): string {
  const lines: string[] = [`  row  packet  ${titles()}`];
  const shown = Math.min(trace.length, rowLimit);
  let last = -2;
  for (let row = 0; row < shown; row++) {
    const packet = trace.packet[row] as number;
    if (packet !== last && row > 0) lines.push("");
    last = packet;
    const lane = COLUMNS.findIndex((column) => column.actors.includes(trace.actor[row] as number));
    const column = COLUMNS[lane] ?? { title: "" };
    const indent = " ".repeat(INDENT * Math.max(0, lane));
    const number = packet < 0 ? "-" : String(packet + 1);
    lines.push(
      `${String(row + 1).padStart(5)}  ${number.padStart(6)}  ${indent}${column.title} ` +
        `${describeRow(trace, row, registers)}`,
    );
  }
  if (shown < trace.length) lines.push(`       ${trace.length - shown} more rows`);
  return `${lines.join("\n")}\n`;
}

function titles(): string {
  return COLUMNS.map((column) => column.title).join(" | ");
}
