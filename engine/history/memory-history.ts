import type { HistoryData } from "./history-data.ts";
import { firstOf } from "./row-index.ts";
import type { MemoryWrite } from "./snapshot.ts";

const PAGE_BITS = 12;
const PAGE_BYTES = 1 << PAGE_BITS;

/** Bytes of memory at any row: looked up backwards from the writes to a page, newest first. */
export class MemoryHistory {
  readonly #data: HistoryData;
  /** By page: the writes that touch it, ascending. */
  readonly #byPage = new Map<number, number[]>();
  #indexed = false;

  constructor(data: HistoryData) {
    this.#data = data;
  }

  /** Bytes at `address` when `row` is over. */
  bytes(row: number, address: number, byteCount: number): Uint8Array {
    return this.#before(firstOf(this.#data.writeRow, row + 1), address, byteCount);
  }

  /** What a row wrote, in order, with what stood there before each write. */
  writesOf(row: number): MemoryWrite[] {
    const { writeRow, writeAddress, writeByteCount } = this.#data;
    const writes: MemoryWrite[] = [];
    for (let at = firstOf(writeRow, row); at < writeRow.length && writeRow[at] === row; at++) {
      const address = writeAddress[at] as number;
      const byteCount = writeByteCount[at] as number;
      writes.push({
        address,
        before: this.#before(at, address, byteCount),
        after: this.#written(at),
      });
    }
    return writes;
  }

  /** The rows that wrote to any of these bytes, ascending, each once. */
  rowsThatWrote(address: number, byteCount: number): number[] {
    const { writeRow, writeAddress, writeByteCount } = this.#data;
    const rows = new Set<number>();
    for (
      let page = address >>> PAGE_BITS;
      page <= (address + byteCount - 1) >>> PAGE_BITS;
      page++
    ) {
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
  #before(writeCount: number, address: number, byteCount: number): Uint8Array {
    const out = new Uint8Array(byteCount);
    const end = address + byteCount;
    for (let start = address; start < end; ) {
      const until = Math.min(end, (Math.floor(start / PAGE_BYTES) + 1) * PAGE_BYTES);
      this.#fill(out.subarray(start - address, until - address), start, writeCount);
      start = until;
    }
    return out;
  }

  /** Fills a stretch within one page: newest writes first, until every byte is known. */
  #fill(out: Uint8Array, address: number, writeCount: number): void {
    const { writeAddress, writeByteCount } = this.#data;
    const writes = this.#writesTo(address >>> PAGE_BITS);
    const known = new Uint8Array(out.length);
    let left = out.length;
    for (let i = lastBelow(writes, writeCount); i >= 0 && left > 0; i--) {
      const at = writes[i] as number;
      const start = writeAddress[at] as number;
      const from = Math.max(start, address);
      const to = Math.min(start + (writeByteCount[at] as number), address + out.length);
      if (from >= to) continue;
      const bytes = this.#written(at);
      for (let byte = from; byte < to; byte++) {
        if (known[byte - address] === 1) continue;
        known[byte - address] = 1;
        out[byte - address] = bytes[byte - start] as number;
        left--;
      }
    }
    if (left > 0) this.#fillFromStart(out, address, known);
  }

  #fillFromStart(out: Uint8Array, address: number, known: Uint8Array): void {
    for (const piece of this.#data.memory) {
      const from = Math.max(piece.address, address);
      const to = Math.min(piece.address + piece.bytes.length, address + out.length);
      for (let byte = from; byte < to; byte++) {
        if (known[byte - address] === 0)
          out[byte - address] = piece.bytes[byte - piece.address] as number;
      }
    }
  }

  #written(at: number): Uint8Array {
    const { writeAt, writeByteCount, written } = this.#data;
    const start = writeAt[at] as number;
    return written.subarray(start, start + (writeByteCount[at] as number));
  }

  #writesTo(page: number): readonly number[] {
    if (!this.#indexed) this.#index();
    return this.#byPage.get(page) ?? [];
  }

  #index(): void {
    this.#indexed = true;
    const { writeAddress, writeByteCount } = this.#data;
    for (let at = 0; at < writeAddress.length; at++) {
      const start = writeAddress[at] as number;
      const last = (start + (writeByteCount[at] as number) - 1) >>> PAGE_BITS;
      for (let page = start >>> PAGE_BITS; page <= last; page++) {
        const list = this.#byPage.get(page);
        if (list === undefined) this.#byPage.set(page, [at]);
        else list.push(at);
      }
    }
  }
}

/** Index of the last of ascending numbers that is below a limit, or -1. */
function lastBelow(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
