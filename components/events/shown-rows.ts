/** The rows of a list, all of a trace or some, in their order. */
export class ShownRows {
  /** How many rows there are. */
  readonly length: number;
  readonly #rows: Int32Array | undefined;

  /** @param rows The rows, or how many there are from 0 on. */
  constructor(rows: Int32Array | number) {
    this.length = typeof rows === "number" ? rows : rows.length;
    this.#rows = typeof rows === "number" ? undefined : rows;
  }

  /** The row at a place of the list, or -1. */
  at(place: number): number {
    if (place < 0 || place >= this.length) return -1;
    return this.#rows === undefined ? place : (this.#rows[place] ?? -1);
  }

  /** The place of the first row that is not before this one; the length when there is none. */
  placeFrom(row: number): number {
    const rows = this.#rows;
    if (rows === undefined) return Math.min(Math.max(row, 0), this.length);
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle] ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place of a row, or -1 when it is not in the list. */
  placeOf(row: number): number {
    const place = this.placeFrom(row);
    return row >= 0 && this.at(place) === row ? place : -1;
  }

  /** Whether a row is in the list. */
  has(row: number): boolean {
    return this.placeOf(row) >= 0;
  }

  /** The next row after this one, or -1. */
  after(row: number): number {
    return this.at(this.placeFrom(row + 1));
  }

  /** The last row before this one, or -1; with -1 the last of all. */
  before(row: number): number {
    return row < 0 ? this.at(this.length - 1) : this.at(this.placeFrom(row) - 1);
  }

  /** All of them, from a place on and up to so many. */
  slice(from = 0, count = this.length): Int32Array {
    const to = Math.min(this.length, from + count);
    if (this.#rows !== undefined) return this.#rows.slice(from, to);
    return Int32Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  }

  /** How many of the rows lie in each of so many equal parts of a trace. */
  counts(parts: number, traceLength: number): Uint32Array {
    const counts = new Uint32Array(parts);
    for (let place = 0; place < this.length; place++) {
      const part = Math.floor((this.at(place) / traceLength) * parts);
      counts[part] = (counts[part] ?? 0) + 1;
    }
    return counts;
  }
}
