import { CHANGE, type CellValue, type HistoryData } from "./history-data.ts";
import { grown } from "./write-log.ts";

const CAPACITY_MIN = 1024;

/** The columns of `HistoryData` that hold changes of cells. */
export type ChangeColumns = Pick<
  HistoryData,
  | "cellSection"
  | "cellLine"
  | "cellColumn"
  | "changeRow"
  | "changeCell"
  | "changeKind"
  | "changeValue"
  | "texts"
>;

/** Collects changes of cells in their order, and knows what each cell holds now. */
export class ChangeLog {
  readonly #cellSection: number[] = [];
  readonly #cellLine: string[] = [];
  readonly #cellColumn: number[] = [];
  /** By cell: what it held before row 0. */
  readonly #first: (CellValue | undefined)[] = [];
  /** By cell: what it holds now. */
  readonly #now: (CellValue | undefined)[] = [];
  #length = 0;
  #row = new Int32Array(CAPACITY_MIN);
  #cell = new Uint32Array(CAPACITY_MIN);
  #kind = new Uint8Array(CAPACITY_MIN);
  #value = new Float64Array(CAPACITY_MIN);
  readonly #texts: string[] = [];
  readonly #textNumbers = new Map<string, number>();

  /** Number of changes kept so far. */
  get length(): number {
    return this.#length;
  }

  /** A new cell. @param first What it held before row 0. @returns Its number. */
  cell(section: number, line: string, column: number, first?: CellValue): number {
    this.#cellSection.push(section);
    this.#cellLine.push(line);
    this.#cellColumn.push(column);
    this.#first.push(first);
    return this.#now.push(first) - 1;
  }

  /** Sets what a cell held before row 0: nothing is recorded yet. */
  prepare(cell: number, value: CellValue | undefined): void {
    this.#first[cell] = value;
    this.#now[cell] = value;
  }

  /** Sets a cell as an effect of a row; the value that it has is no change. */
  set(row: number, cell: number, value: CellValue | undefined): void {
    if (Object.is(this.#now[cell], value)) return;
    this.#now[cell] = value;
    this.#push(row, cell, value);
  }

  /**
   * The columns at their exact length, each in a buffer of its own: first what cells held before
   * row 0, as changes of row -1.
   */
  finish(): ChangeColumns {
    const first = new ChangeLog();
    this.#first.forEach((value, cell) => {
      if (value !== undefined) first.#push(-1, cell, value);
    });
    const n = first.#length;
    const kind = joined(first.#kind.subarray(0, n), this.#kind.subarray(0, this.#length));
    const value = joined(first.#value.subarray(0, n), this.#value.subarray(0, this.#length));
    // Texts of the first are numbered behind the others.
    for (let at = 0; at < n; at++) {
      if (kind[at] !== CHANGE.number)
        value[at] = this.#text(first.#texts[value[at] as number] ?? "");
    }
    return {
      cellSection: Uint16Array.from(this.#cellSection),
      cellLine: this.#cellLine,
      cellColumn: Uint8Array.from(this.#cellColumn),
      changeRow: joined(first.#row.subarray(0, n), this.#row.subarray(0, this.#length)),
      changeCell: joined(first.#cell.subarray(0, n), this.#cell.subarray(0, this.#length)),
      changeKind: kind,
      changeValue: value,
      texts: this.#texts,
    };
  }

  #push(row: number, cell: number, value: CellValue | undefined): void {
    const n = this.#length;
    if (n === this.#row.length) this.#grow();
    this.#row[n] = row;
    this.#cell[n] = cell;
    if (typeof value === "number") {
      this.#kind[n] = CHANGE.number;
      this.#value[n] = value;
    } else if (value !== undefined) {
      this.#kind[n] = typeof value === "string" ? CHANGE.text : CHANGE.bigint;
      this.#value[n] = this.#text(String(value));
    } else {
      this.#kind[n] = CHANGE.absent;
      this.#value[n] = 0;
    }
    this.#length = n + 1;
  }

  #text(text: string): number {
    let number = this.#textNumbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#textNumbers.set(text, number);
    }
    return number;
  }

  #grow(): void {
    this.#row = grown(this.#row, new Int32Array(2 * this.#length));
    this.#cell = grown(this.#cell, new Uint32Array(2 * this.#length));
    this.#kind = grown(this.#kind, new Uint8Array(2 * this.#length));
    this.#value = grown(this.#value, new Float64Array(2 * this.#length));
  }
}

type Column = Int32Array | Uint32Array | Uint8Array | Float64Array;

function joined<C extends Column>(one: C, other: C): C {
  const both = new (one.constructor as new (length: number) => C)(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
