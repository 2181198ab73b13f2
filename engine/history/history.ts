import { CellHistory } from "./cell-history.ts";
import type { HistoryData } from "./history-data.ts";
import { MemoryHistory } from "./memory-history.ts";
import type { MemoryWrite, Snapshot } from "./snapshot.ts";

/**
 * The state of a machine at every row of its trace, exact to the byte, forwards and backwards alike.
 * Nothing runs again: what stood at the start and every change since were kept.
 */
export class History {
  readonly data: HistoryData;
  readonly #memory: MemoryHistory;
  readonly #cells: CellHistory;

  constructor(data: HistoryData) {
    this.data = data;
    this.#memory = new MemoryHistory(data);
    this.#cells = new CellHistory(data);
  }

  /**
   * The state when a row is over and the next has not begun.
   * @param row Number of the row; -1 for the state before the first.
   */
  at(row: number): Snapshot {
    const memory = this.#memory;
    const cells = this.#cells;
    const { sections } = this.data;
    let writes: MemoryWrite[] | undefined;
    let changedSections: string[] | undefined;
    return {
      row,
      sections,
      bytes: (address, byteCount) => memory.bytes(row, address, byteCount),
      section: (id) => cells.section(row, id),
      value: (section, line, column = 0) => cells.value(row, section, line, column),
      get writes() {
        writes ??= memory.writesOf(row);
        return writes;
      },
      get changedSections() {
        changedSections ??= cells.changedSections(row);
        return changedSections;
      },
    };
  }

  /** The rows that wrote to any of these bytes, ascending, each once. */
  rowsThatWrote(address: number, byteCount: number): number[] {
    return this.#memory.rowsThatWrote(address, byteCount);
  }

  /** The rows at which a register, a field or a table's cell got another value, ascending. */
  rowsThatChanged(section: string, line: string, column = 0): number[] {
    return this.#cells.rowsThatChanged(section, line, column);
  }

  /** Names of the lines that a section has at any time, in the order in which they first occurred. */
  lineNames(section: string): string[] {
    return this.#cells.lineNames(section);
  }
}
