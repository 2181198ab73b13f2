import type { ExplorerRun } from "../explorer/explorer-run.ts";

/** A place in the state: a register, a field, or a cell of a table. */
export interface CellPlace {
  readonly section: string;
  readonly line: string;
  readonly column: number;
}

/** Where a value came from and where it went, seen from a row. */
export interface Origin {
  /** Times it changed in the whole run. */
  readonly changeCount: number;
  /** Number of the change that made the present value, counted from 1; 0 before the first. */
  readonly number: number;
  /** The row that made the present value; undefined when it stood there from the start. */
  readonly madeBy: number | undefined;
  /** The change before this row, and the next one after it. */
  readonly previous: number | undefined;
  readonly next: number | undefined;
}

/** The changes of a value around a row. */
export function originOf(run: ExplorerRun, row: number, place: CellPlace): Origin {
  const { section, line, column } = place;
  return originIn(run.history.rowsThatChanged(section, line, column), row);
}

/** The same of any ascending rows. */
export function originIn(rows: readonly number[], row: number): Origin {
  const made = rows.findLastIndex((one) => one <= row);
  return {
    changeCount: rows.length,
    number: made + 1,
    madeBy: rows[made],
    previous: rows.findLast((one) => one < row),
    next: rows.find((one) => one > row),
  };
}
