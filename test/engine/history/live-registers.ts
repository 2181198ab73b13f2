import type { History } from "../../../engine/history/history.ts";
import type { Machine } from "../../../engine/machine.ts";
import { lineName } from "../../../engine/registers/region-section.ts";

interface LiveCell {
  readonly section: string;
  readonly line: string;
  readonly peek: () => number;
}

/** Looks at a machine's registers themselves before each row. */
export class LiveRegisters {
  readonly #cells: LiveCell[];
  readonly #machine: Machine;
  /** By row: the value of each cell. */
  readonly #values: number[][] = [];

  /** @param machine A machine that is up. */
  constructor(machine: Machine) {
    this.#machine = machine;
    this.#cells = [...cellsOf(machine)];
    const { trace } = machine;
    const flush = trace.beforeRow;
    trace.beforeRow = () => {
      flush?.();
      this.look();
    };
  }

  /** Number of registers that are looked at. */
  get count(): number {
    return this.#cells.length;
  }

  look(): void {
    const row = this.#machine.trace.length - 1;
    if (row >= 0) this.#values[row] = this.#cells.map(({ peek }) => peek());
  }

  /** What a history has otherwise at a row; a register that it does not show must hold 0. */
  wrongAt(row: number, history: History): string[] {
    const snapshot = history.at(row);
    return this.#cells.flatMap(({ section, line }, at) => {
      const live = this.#values[row]?.[at];
      const told = snapshot.value(section, line) ?? 0;
      return told === live ? [] : [`row ${row}, ${section} ${line}: ${told} is told, ${live} is`];
    });
  }
}

function* cellsOf(machine: Machine): Generator<LiveCell> {
  for (const region of machine.regions.values()) {
    const { state } = region;
    for (const table of state?.tables ?? []) {
      for (const register of Object.values(table)) {
        const { count, stride } = register.banks ?? { count: 1, stride: 0 };
        for (let bank = 0; bank < count; bank++) {
          const offset = register.offset + bank * stride;
          const line = lineName(region, register, bank);
          yield { section: region.name, line, peek: () => state?.peek(offset) ?? -1 };
        }
      }
    }
  }
}
