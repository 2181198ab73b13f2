import { CHANGE, type CellValue, type HistoryData, type SectionSpec } from "./history-data.ts";
import { firstOf, RowIndex } from "./row-index.ts";
import type { SectionLine, SectionState } from "./snapshot.ts";

const NONE: ReadonlySet<number> = new Set();

/** Registers, fields and tables at any row: each cell's changes are searched for the last before it. */
export class CellHistory {
  readonly #data: HistoryData;
  readonly #changes: RowIndex;
  /** By section: its lines in the order in which they first occurred, each with its cells by column. */
  readonly #lines: Map<string, Map<string, number[]>>;
  readonly #specs: ReadonlyMap<string, SectionSpec>;
  /** The cells that changed at the row that was asked for last: all sections ask for the same. */
  #changed: { readonly row: number; readonly cells: ReadonlySet<number> } | undefined;

  constructor(data: HistoryData) {
    this.#data = data;
    this.#changes = new RowIndex(data.changeCell, data.cellLine.length);
    this.#specs = new Map(data.sections.map((spec) => [spec.id, spec]));
    this.#lines = new Map(data.sections.map(({ id }) => [id, new Map<string, number[]>()]));
    data.cellLine.forEach((line, cell) => {
      const section = data.sections[data.cellSection[cell] as number];
      const lines = section && this.#lines.get(section.id);
      if (lines === undefined) return;
      const cells = lines.get(line) ?? [];
      cells[data.cellColumn[cell] as number] = cell;
      lines.set(line, cells);
    });
  }

  /** One value when `row` is over, or undefined. */
  value(row: number, section: string, line: string, column: number): CellValue | undefined {
    const cell = this.#lines.get(section)?.get(line)?.[column];
    return cell === undefined ? undefined : this.#valueAt(cell, row);
  }

  /** A section when `row` is over, or undefined when there is none of that name. */
  section(row: number, id: string): SectionState | undefined {
    const spec = this.#specs.get(id);
    const cells = this.#lines.get(id);
    if (spec === undefined || cells === undefined) return undefined;
    const changedCells = this.#changedAt(row);
    const lines: SectionLine[] = [];
    for (const [name, ofLine] of cells) {
      const line = this.#line(name, ofLine, spec, row, changedCells);
      if (line !== undefined) lines.push(line);
    }
    return { spec, lines, changed: lines.some(({ changed }) => changed.includes(true)) };
  }

  /** The rows at which a cell got another value, ascending. */
  rowsThatChanged(section: string, line: string, column: number): number[] {
    const cell = this.#lines.get(section)?.get(line)?.[column];
    if (cell === undefined) return [];
    const { changeRow } = this.#data;
    const rows = new Set([...this.#changes.of(cell)].map((at) => changeRow[at] as number));
    return [...rows].filter((row) => this.#valueAt(cell, row) !== this.#valueAt(cell, row - 1));
  }

  /** Names of the lines that a section has at any time, in the order in which they first occurred. */
  lineNames(section: string): string[] {
    return [...(this.#lines.get(section)?.keys() ?? [])];
  }

  /** Ids of the sections in which something changed at a row. */
  changedSections(row: number): string[] {
    const { sections, cellSection } = this.#data;
    const numbers = new Set([...this.#changedAt(row)].map((cell) => cellSection[cell] as number));
    return [...numbers].toSorted((one, other) => one - other).map((n) => sections[n]?.id ?? "");
  }

  #line(
    name: string,
    cells: readonly number[],
    spec: SectionSpec,
    row: number,
    changedCells: ReadonlySet<number>,
  ): SectionLine | undefined {
    const columns = spec.kind === "table" ? spec.cells.length : 1;
    const values: (CellValue | undefined)[] = [];
    const before: (CellValue | undefined)[] = [];
    const changed: boolean[] = [];
    for (let column = 0; column < columns; column++) {
      const cell = cells[column];
      const isChanged = cell !== undefined && changedCells.has(cell);
      values.push(cell === undefined ? undefined : this.#valueAt(cell, row));
      before.push(isChanged ? this.#valueAt(cell, row - 1) : undefined);
      changed.push(isChanged);
    }
    const isThere = values.some((value) => value !== undefined) || changed.includes(true);
    return isThere ? { name, values, before, changed } : undefined;
  }

  /** The cells whose value after a row is another than before it. */
  #changedAt(row: number): ReadonlySet<number> {
    // What cells held at the start stands at row -1, and is no change.
    if (row < 0) return NONE;
    if (this.#changed?.row === row) return this.#changed.cells;
    const { changeRow, changeCell } = this.#data;
    const cells = new Set<number>();
    for (let at = firstOf(changeRow, row); at < changeRow.length && changeRow[at] === row; at++) {
      cells.add(changeCell[at] as number);
    }
    for (const cell of cells) {
      if (this.#valueAt(cell, row) === this.#valueAt(cell, row - 1)) cells.delete(cell);
    }
    this.#changed = { row, cells };
    return cells;
  }

  #valueAt(cell: number, row: number): CellValue | undefined {
    const { changeRow, changeKind, changeValue, texts } = this.#data;
    const count = this.#changes.countUntil(cell, changeRow, row);
    if (count === 0) return undefined;
    const at = this.#changes.of(cell)[count - 1] as number;
    const value = changeValue[at] as number;
    if (changeKind[at] === CHANGE.number) return value;
    if (changeKind[at] === CHANGE.text) return texts[value];
    return changeKind[at] === CHANGE.bigint ? BigInt(texts[value] ?? "0") : undefined;
  }
}
