import type { HistoryData } from "./history-data.ts";
import { PageHistory } from "./page-history.ts";
import { PAGE_BYTES, PageIndex, pageOf } from "./page-index.ts";
import { firstOf } from "./row-index.ts";
import type { MemoryWrite } from "./snapshot.ts";

/** Bytes of memory at any row; nothing is looked through before somebody asks for bytes. */
export class MemoryHistory {
  readonly #data: HistoryData;
  #index: PageIndex | undefined;
  readonly #pages = new Map<number, PageHistory>();

  constructor(data: HistoryData) {
    this.#data = data;
  }

  /** Bytes at `address` when `row` is over. */
  bytes(row: number, address: number, byteCount: number): Uint8Array {
    return this.#after(firstOf(this.#data.writeRow, row + 1), address, byteCount);
  }

  /** What a row wrote, in order, with what stood there before each write. */
  writesOf(row: number): MemoryWrite[] {
    const { writeRow, writeAddress, writeByteCount, writeAt, written } = this.#data;
    const writes: MemoryWrite[] = [];
    for (let at = firstOf(writeRow, row); at < writeRow.length && writeRow[at] === row; at++) {
      const address = writeAddress[at] as number;
      const byteCount = writeByteCount[at] as number;
      const start = writeAt[at] as number;
      writes.push({
        address,
        before: this.#after(at, address, byteCount),
        after: written.slice(start, start + byteCount),
      });
    }
    return writes;
  }

  /** The rows that wrote to any of these bytes, ascending, each once. */
  rowsThatWrote(address: number, byteCount: number): number[] {
    const { writeRow, writeAddress, writeByteCount } = this.#data;
    const rows = new Set<number>();
    for (let page = pageOf(address); page <= pageOf(address + byteCount - 1); page++) {
      for (const at of this.#writesTo(page)) {
        const start = writeAddress[at] as number;
        const touches =
          start < address + byteCount && start + (writeByteCount[at] as number) > address;
        if (touches) rows.add(writeRow[at] as number);
      }
    }
    return [...rows].toSorted((one, other) => one - other);
  }

  /** Bytes as the first `writeCount` writes left them. */
  #after(writeCount: number, address: number, byteCount: number): Uint8Array {
    const out = new Uint8Array(byteCount);
    const end = address + byteCount;
    for (let start = address; start < end; ) {
      const page = pageOf(start);
      const until = Math.min(end, (page + 1) * PAGE_BYTES);
      const offset = start - page * PAGE_BYTES;
      const bytes = this.#page(page).at(writeCount);
      out.set(bytes.subarray(offset, offset + until - start), start - address);
      start = until;
    }
    return out;
  }

  #page(page: number): PageHistory {
    let history = this.#pages.get(page);
    if (history === undefined) {
      history = new PageHistory(this.#data, page, this.#writesTo(page));
      this.#pages.set(page, history);
    }
    return history;
  }

  #writesTo(page: number): Uint32Array {
    this.#index ??= new PageIndex(this.#data);
    return this.#index.of(page);
  }
}
