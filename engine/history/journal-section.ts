import type { ChangeLog } from "./change-log.ts";
import type { CellValue } from "./history-data.ts";

/** Where changes of cells go: the row they belong to, and whether they are kept already. */
export interface ChangeKeeper {
  readonly changes: ChangeLog;
  /** Sets a cell now. */
  set(cell: number, value: CellValue | undefined): void;
}

/** A line of a section as a model shows it: one value for registers and fields, else one a column. */
export interface InspectedLine {
  readonly name: string;
  readonly values: readonly (CellValue | undefined)[];
}

/** A section of a journal, as its model writes it: whoever changes a value says so at once. */
export class JournalSection {
  readonly #keeper: ChangeKeeper;
  readonly #number: number;
  /** By line: its cells by column. */
  readonly #lines = new Map<string, number[]>();
  /** The lines that `replace` was last given. */
  #shown: readonly string[] = [];

  /** @param number Index of its spec among the journal's. */
  constructor(keeper: ChangeKeeper, number: number) {
    this.#keeper = keeper;
    this.#number = number;
  }

  /**
   * The number of a cell, for `set`: looked up once where a value changes often.
   * @param first What a cell that is new now held before row 0, when that is known.
   */
  cell(line: string, column = 0, first?: CellValue): number {
    const cells = this.#cellsOf(line);
    let cell = cells[column];
    if (cell === undefined) {
      cell = this.#keeper.changes.cell(this.#number, line, column, first);
      cells[column] = cell;
    }
    return cell;
  }

  /** A cell holds a value now; undefined: nothing any more. The value it has is no change. */
  set(cell: number, value: CellValue | undefined): void {
    this.#keeper.set(cell, value);
  }

  /** A cell of a line holds a value now, or none; the line comes into being with its first. */
  put(line: string, value: CellValue | undefined, column = 0): void {
    this.set(this.#lines.get(line)?.[column] ?? this.cell(line, column), value);
  }

  /** A line of a table is gone. */
  remove(line: string): void {
    for (const cell of this.#lines.get(line) ?? []) {
      if (cell !== undefined) this.set(cell, undefined);
    }
  }

  /** These are all the lines there are now; what is not among them is gone. */
  replace(lines: Iterable<InspectedLine>): void {
    const before = this.#shown;
    const now: string[] = [];
    let isSame = true;
    for (const { name, values } of lines) {
      if (before[now.length] !== name) isSame = false;
      now.push(name);
      const cells = this.#cellsOf(name);
      for (let column = 0; column < values.length; column++) {
        this.set(cells[column] ?? this.cell(name, column), values[column]);
      }
    }
    if (isSame && now.length === before.length) return;
    const left = new Set(now);
    for (const name of before) if (!left.has(name)) this.remove(name);
    this.#shown = now;
  }

  #cellsOf(line: string): number[] {
    let cells = this.#lines.get(line);
    if (cells === undefined) this.#lines.set(line, (cells = []));
    return cells;
  }
}
