import type { JournalSection } from "./journal-section.ts";

/** A number in a model's own array: it is what a cell holds. */
export interface CellStorage {
  readonly array: Float64Array | Uint32Array | Uint8Array;
  readonly index: number;
  /** Rises with every change of the array; without it the array is read before every row. */
  readonly version?: () => number;
}

/** A cell that is read before every row. */
export interface ScannedCell {
  readonly line: string;
  readonly column: number;
  /** Whether it is shown although it is 0 and nobody touched it. */
  readonly always: boolean;
  /** Where its value stands, or what computes it and changes nothing by that. */
  readonly source: CellStorage | (() => number);
}

/** Cells of a scan whose values stand in one array: where, which cells, and what they last were. */
interface StoredGroup<A> {
  readonly array: A;
  readonly indexes: Uint32Array;
  readonly cells: Uint32Array;
  readonly before: A;
  readonly version: (() => number) | undefined;
  lastVersion: number;
}

/**
 * Cells whose values are read before every row and compared with what they were. One that is 0 from
 * the start and is not to be shown always comes into being when it changes, or with `show`.
 */
export class CellScan {
  readonly #section: JournalSection;
  readonly #cells: readonly ScannedCell[];
  readonly #before: Float64Array;
  /** Numbers of the cells in the journal, -1 for those that are not shown yet. */
  readonly #numbers: Int32Array;
  readonly #version: (() => number) | undefined;
  #lastVersion = -1;
  readonly #words: readonly StoredGroup<Uint32Array>[];
  readonly #others: readonly StoredGroup<CellStorage["array"]>[];
  readonly #computed: readonly { readonly cell: number; readonly read: () => number }[];

  /** @param version Changes whenever a cell may have; without it they are always read. */
  constructor(section: JournalSection, cells: readonly ScannedCell[], version?: () => number) {
    this.#section = section;
    this.#version = version;
    this.#cells = cells;
    this.#before = new Float64Array(cells.length);
    this.#numbers = new Int32Array(cells.length).fill(-1);
    const groups = groupsOf(cells);
    this.#words = groups.filter(
      (group) => group.array instanceof Uint32Array,
    ) as StoredGroup<Uint32Array>[];
    this.#others = groups.filter(({ array }) => !(array instanceof Uint32Array));
    this.#computed = cells.flatMap(({ source }, cell) =>
      typeof source === "function" ? [{ cell, read: source }] : [],
    );
  }

  /** Takes the values of this moment as those before row 0. */
  begin(): void {
    for (const { array, indexes, before } of [...this.#words, ...this.#others]) {
      indexes.forEach((index, at) => {
        before[at] = array[index] as number;
      });
    }
    this.#cells.forEach(({ always, source }, cell) => {
      const value =
        typeof source === "function" ? source() : (source.array[source.index] as number);
      this.#before[cell] = value;
      if (always || value !== 0) this.show(cell);
    });
  }

  /** Shows a cell by its index, with the value it has had until now. */
  show(cell: number): void {
    const spec = this.#cells[cell];
    if (spec === undefined || (this.#numbers[cell] as number) >= 0) return;
    this.#numbers[cell] = this.#section.cell(spec.line, spec.column, this.#before[cell]);
  }

  /** Reads all, and says what is other than before. */
  look(): void {
    if (this.#version !== undefined) {
      const version = this.#version();
      if (version === this.#lastVersion) return;
      this.#lastVersion = version;
    }
    for (const group of this.#words) if (mayDiffer(group)) this.#lookAtWords(group);
    for (const group of this.#others) if (mayDiffer(group)) this.#lookAt(group);
    const before = this.#before;
    for (const { cell, read } of this.#computed) {
      const value = read();
      if (value !== before[cell]) this.#changed(cell, value);
    }
  }

  /** The same as `lookAt` for the one type of array that is long: with one type it is fast. */
  #lookAtWords({ array, indexes, cells, before }: StoredGroup<Uint32Array>): void {
    const count = indexes.length;
    for (let i = 0; i < count; i++) {
      const value = array[indexes[i] as number] as number;
      if (value === before[i]) continue;
      before[i] = value;
      this.#changed(cells[i] as number, value);
    }
  }

  #lookAt({ array, indexes, cells, before }: StoredGroup<CellStorage["array"]>): void {
    for (let i = 0; i < indexes.length; i++) {
      const value = array[indexes[i] as number] as number;
      if (value === before[i]) continue;
      before[i] = value;
      this.#changed(cells[i] as number, value);
    }
  }

  #changed(cell: number, value: number): void {
    this.show(cell);
    this.#before[cell] = value;
    this.#section.set(this.#numbers[cell] as number, value);
  }
}

/** Whether the array of a group may have changed since this was last asked. */
function mayDiffer(group: StoredGroup<CellStorage["array"]>): boolean {
  if (group.version === undefined) return true;
  const version = group.version();
  if (version === group.lastVersion) return false;
  group.lastVersion = version;
  return true;
}

function groupsOf(cells: readonly ScannedCell[]): StoredGroup<CellStorage["array"]>[] {
  const byArray = new Map<
    CellStorage["array"],
    { indexes: number[]; cells: number[]; version: CellStorage["version"] }
  >();
  cells.forEach(({ source }, cell) => {
    if (typeof source === "function") return;
    let group = byArray.get(source.array);
    if (group === undefined) {
      group = { indexes: [], cells: [], version: source.version };
      byArray.set(source.array, group);
    }
    group.indexes.push(source.index);
    group.cells.push(cell);
  });
  return [...byArray].map(([array, group]) => ({
    array,
    indexes: Uint32Array.from(group.indexes),
    cells: Uint32Array.from(group.cells),
    before: sameKind(array, group.cells.length),
    version: group.version,
    lastVersion: -1,
  }));
}

function sameKind<A extends CellStorage["array"]>(array: A, length: number): A {
  return new (array.constructor as new (length: number) => A)(length);
}
