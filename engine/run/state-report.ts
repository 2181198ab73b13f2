import type { CellField, CellSpec, CellValue } from "../history/history-data.ts";
import type { MemoryWrite, SectionLine, SectionState, Snapshot } from "../history/snapshot.ts";
import { fieldsSet } from "../registers/decode.ts";
import { actorLabel, describeRow } from "../trace/sentence.ts";
import type { Run } from "./simulate.ts";

const BYTES_PER_LINE = 16;
/** Bytes of a write that are printed; the rest is counted. */
const WRITE_BYTES_SHOWN = 16;

/** What of a state is wanted besides what changed. */
export interface StateWish {
  /** Sections to print as a whole, by id. */
  readonly sections: readonly string[];
  /** Stretches of memory to print. */
  readonly memory: readonly { readonly address: number; readonly byteCount: number }[];
}

/** A run's state at a row as text: the row, what it changed, and what else is wanted. */
export function stateToText(run: Run, snapshot: Snapshot, wish: StateWish): string {
  const lines = [
    `${run.mode.id}: ${run.mode.title}`,
    rowText(run, snapshot.row),
    "",
    ...changedText(snapshot),
    ...writesText(snapshot.writes),
  ];
  for (const id of wish.sections) {
    const state = snapshot.section(id);
    if (state !== undefined) lines.push("", ...sectionText(state));
  }
  for (const { address, byteCount } of wish.memory) {
    lines.push("", `Memory at ${hex(address, 4)}, ${byteCount} bytes`);
    lines.push(...dump(snapshot, address, byteCount));
  }
  lines.push("", "Sections (* changed at this row):");
  const changed = new Set(snapshot.changedSections);
  const width = Math.max(...snapshot.sections.map(({ id }) => id.length));
  for (const { id, title } of snapshot.sections) {
    lines.push(`${changed.has(id) ? "*" : " "} ${id.padEnd(width)}  ${title}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The same as JSON: values as they are, big integers and bytes in hexadecimal. */
export function stateToJson(run: Run, snapshot: Snapshot, wish: StateWish): string {
  const wanted = new Set([...snapshot.changedSections, ...wish.sections]);
  const sections = [...wanted].flatMap((id) => snapshot.section(id) ?? []);
  const value = {
    mode: run.mode.id,
    row: snapshot.row,
    sentence: snapshot.row < 0 ? undefined : sentence(run, snapshot.row),
    changedSections: snapshot.changedSections,
    writes: snapshot.writes.map(({ address, before, after }) => ({
      address,
      before: hexBytes(before),
      after: hexBytes(after),
    })),
    sections: sections.map(({ spec, lines }) => ({
      id: spec.id,
      title: spec.title,
      columns: spec.kind === "table" ? spec.cells.map(({ name }) => name) : undefined,
      lines,
    })),
    memory: wish.memory.map(({ address, byteCount }) => ({
      address,
      bytes: hexBytes(snapshot.bytes(address, byteCount)),
    })),
  };
  const plain = (_: string, part: unknown): unknown =>
    typeof part === "bigint" ? `0x${part.toString(16)}` : part;
  return JSON.stringify(value, plain, 2);
}

function rowText(run: Run, row: number): string {
  const count = `of ${run.trace.length} rows`;
  return row < 0 ? `Before row 0 ${count}` : `Row ${row} ${count}: ${sentence(run, row)}`;
}

function sentence({ trace, registers }: Run, row: number): string {
  return `${actorLabel(trace, row)} ${describeRow(trace, row, registers)}`;
}

function changedText(snapshot: Snapshot): string[] {
  const states = snapshot.changedSections.flatMap((id) => snapshot.section(id) ?? []);
  if (states.length === 0) return ["Nothing changed outside of memory."];
  return states.flatMap((state) => {
    const lines = state.lines.filter(({ changed }) => changed.includes(true));
    return [`${state.spec.id}: ${state.spec.title}`, ...linesText(state, lines)];
  });
}

function sectionText(state: SectionState): string[] {
  return [`${state.spec.id}: ${state.spec.title}`, ...linesText(state, state.lines)];
}

function linesText({ spec }: SectionState, lines: readonly SectionLine[]): string[] {
  const specs = new Map(spec.cells.map((cell) => [cell.name, cell]));
  const width = Math.max(0, ...lines.map(({ name }) => name.length));
  return lines.map((line) => {
    const mark = line.changed.includes(true) ? "*" : " ";
    const cells = line.values.map((value, column) => {
      const cell = spec.kind === "table" ? spec.cells[column] : specs.get(line.name);
      const label = spec.kind === "table" ? `${cell?.name ?? ""} ` : "";
      const was =
        line.changed[column] === true ? ` (was ${cellText(line.before[column], cell)})` : "";
      return `${label}${cellText(value, cell)}${was}`;
    });
    return `${mark} ${line.name.padEnd(width)}  ${cells.join(", ")}`;
  });
}

function cellText(value: CellValue | undefined, cell: CellSpec | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string" || cell?.form === "text") return String(value);
  if (cell?.form === "flag") return Number(value) === 0 ? "no" : "yes";
  if (cell?.form === "decimal") return String(value);
  const fields = cell?.fields === undefined ? "" : fieldText(cell.fields, value);
  return `${hex(value, cell?.sizeBytes ?? 0)}${fields}`;
}

function fieldText(fields: readonly CellField[], value: number | bigint): string {
  const set = fieldsSet(fields, value);
  return set.length === 0 ? "" : ` ${set.join(" ")}`;
}

function writesText(writes: readonly MemoryWrite[]): string[] {
  return writes.map(({ address, before, after }) => {
    const more =
      after.length > WRITE_BYTES_SHOWN ? ` and ${after.length - WRITE_BYTES_SHOWN} more` : "";
    const now = hexBytes(after.subarray(0, WRITE_BYTES_SHOWN));
    const was = hexBytes(before.subarray(0, WRITE_BYTES_SHOWN));
    return `* memory ${hex(address, 4)}, ${after.length} bytes: ${now} (was ${was})${more}`;
  });
}

/** Bytes in lines of 16; one that changed at the row has a star behind it. */
function dump(snapshot: Snapshot, address: number, byteCount: number): string[] {
  const bytes = snapshot.bytes(address, byteCount);
  const changed = new Set<number>();
  for (const { address: start, before, after } of snapshot.writes) {
    after.forEach((byte, at) => {
      if (byte !== before[at]) changed.add(start + at);
    });
  }
  const lines: string[] = [];
  for (let from = 0; from < byteCount; from += BYTES_PER_LINE) {
    const cells = [...bytes.subarray(from, from + BYTES_PER_LINE)].map((byte, at) => {
      const mark = changed.has(address + from + at) ? "*" : " ";
      return `${byte.toString(16).padStart(2, "0")}${mark}`;
    });
    lines.push(`  ${hex(address + from, 4)}  ${cells.join("").trimEnd()}`);
  }
  return lines;
}

function hexBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function hex(value: number | bigint, sizeBytes: number): string {
  return `0x${value.toString(16).padStart(2 * sizeBytes, "0")}`;
}
