import type { Machine } from "../../../engine/machine.ts";

const PAGE_BYTES = 4096;

/** What a page held when a row was over. */
export interface LivePage {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Looks at a machine's memory itself before each row, and keeps the pages that changed. */
export class LivePages {
  readonly #machine: Machine;
  readonly #live: Uint8Array;
  readonly #before: Uint8Array;
  readonly #pages: number[] = [];
  /** By row: the pages that are other than a row ago. */
  readonly changed: LivePage[][] = [];

  /** @param machine A machine that is up; its pages in use are those that are looked at. */
  constructor(machine: Machine) {
    this.#machine = machine;
    this.#live = new Uint8Array(machine.memory.bytes.buffer);
    this.#before = this.#live.slice();
    const { trace } = machine;
    const flush = trace.beforeRow;
    trace.beforeRow = () => {
      flush?.();
      this.#look();
    };
  }

  /** Says that writes lie in a page, so that it is looked at from now on. */
  use(address: number): void {
    const page = address - (address % PAGE_BYTES);
    if (!this.#pages.includes(page)) this.#pages.push(page);
  }

  /** After the run: the pages of all memory are looked at, used or not. */
  finish(): void {
    this.#look();
    const count = Math.ceil(this.#live.length / PAGE_BYTES);
    const all = Array.from({ length: count }, (_, n) => n * PAGE_BYTES);
    this.changed.push(this.#changedOf(all));
  }

  #look(): void {
    const row = this.#machine.trace.length - 1;
    if (row >= 0) this.changed[row] = this.#changedOf(this.#pages);
  }

  #changedOf(pages: readonly number[]): LivePage[] {
    const found: LivePage[] = [];
    for (const address of pages) {
      const now = this.#live.subarray(address, address + PAGE_BYTES);
      const before = this.#before.subarray(address, address + PAGE_BYTES);
      if (same(now, before)) continue;
      before.set(now);
      found.push({ address, bytes: now.slice() });
    }
    return found;
  }
}

/** Whether two stretches hold the same bytes. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
