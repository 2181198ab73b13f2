/** Entries by what they belong to (a page, a cell), each list in the order of the entries. */
export class RowIndex {
  readonly #starts: Uint32Array;
  readonly #entries: Uint32Array;

  /** @param owners For each entry the number of what it belongs to, below `ownerCount`. */
  constructor(owners: ArrayLike<number>, ownerCount: number) {
    const starts = new Uint32Array(ownerCount + 1);
    for (let at = 0; at < owners.length; at++) {
      const next = (owners[at] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let owner = 0; owner < ownerCount; owner++) {
      starts[owner + 1] = (starts[owner + 1] as number) + (starts[owner] as number);
    }
    const entries = new Uint32Array(owners.length);
    const next = starts.slice();
    for (let at = 0; at < owners.length; at++) {
      const owner = owners[at] as number;
      entries[next[owner] as number] = at;
      next[owner] = (next[owner] as number) + 1;
    }
    this.#starts = starts;
    this.#entries = entries;
  }

  /** The entries of an owner, ascending. */
  of(owner: number): Uint32Array {
    return this.#entries.subarray(this.#starts[owner] ?? 0, this.#starts[owner + 1] ?? 0);
  }

  /**
   * How many entries of an owner belong to rows up to `row`.
   * @param rows For each entry its row, never falling.
   */
  countUntil(owner: number, rows: Int32Array, row: number): number {
    return countUntil(this.of(owner), rows, row);
  }
}

function countUntil(entries: Uint32Array, rows: Int32Array, row: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[entries[middle] as number] as number) <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first entry whose row is at least `row`, of rows that never fall. */
export function firstOf(rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
