import type { CellValue, SectionSpec } from "./history-data.ts";

/** A line of a section at a moment, with what changed in it at that row. */
export interface SectionLine {
  /** Register or field name, or the table's key. */
  readonly name: string;
  /** One value for registers and fields, one per column for tables; undefined where there is none. */
  readonly values: readonly (CellValue | undefined)[];
  /** Values before this row, where they changed at it; undefined at a place that did not. */
  readonly before: readonly (CellValue | undefined)[];
  /** Which places changed at this row (a line that has gone keeps its values as `before`). */
  readonly changed: readonly boolean[];
}

/** A section at a moment. */
export interface SectionState {
  readonly spec: SectionSpec;
  readonly lines: readonly SectionLine[];
  readonly changed: boolean;
}

/** A write to memory that belongs to a row. */
export interface MemoryWrite {
  readonly address: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** The state of a machine when a row of the trace is over and the next has not begun. */
export interface Snapshot {
  /** The row; -1 for the state before the first. */
  readonly row: number;
  readonly sections: readonly SectionSpec[];
  /** Bytes of the machine's memory, guest addresses first, host memory behind `guestBytes`. */
  bytes(address: number, byteCount: number): Uint8Array;
  /** A section by id, or undefined when the run has none of that name. */
  section(id: string): SectionState | undefined;
  /** One value, or undefined. Column 0 is the value of registers and fields. */
  value(section: string, line: string, column?: number): CellValue | undefined;
  /** What the row wrote to memory, in order. */
  readonly writes: readonly MemoryWrite[];
  /** Ids of the sections in which the row changed something. */
  readonly changedSections: readonly string[];
}
