import type { HistoryData } from "./history-data.ts";
import { PAGE_BYTES } from "./page-index.ts";

/** Writes from one kept copy of a page to the next: what a look has to repeat at most. */
const WRITES_PER_COPY = 512;

/** One page of memory at any moment: copies of it are kept now and then, writes repeated from there. */
export class PageHistory {
  readonly #data: HistoryData;
  readonly #address: number;
  readonly #writes: Uint32Array;
  readonly #copies: Uint8Array[];

  /** @param writes The writes that touch the page, ascending. */
  constructor(data: HistoryData, page: number, writes: Uint32Array) {
    this.#data = data;
    this.#address = page * PAGE_BYTES;
    this.#writes = writes;
    this.#copies = [this.#first()];
  }

  /** The page as the first `writeCount` writes of the whole history left it. */
  at(writeCount: number): Uint8Array {
    const own = countBelow(this.#writes, writeCount);
    const copy = Math.floor(own / WRITES_PER_COPY);
    const page = this.#copy(copy).slice();
    this.#repeat(page, copy * WRITES_PER_COPY, own);
    return page;
  }

  /** The page as it was before a copy's first write; copies are made as they are needed. */
  #copy(wanted: number): Uint8Array {
    while (this.#copies.length <= wanted) {
      const last = this.#copies.length - 1;
      const next = (this.#copies[last] as Uint8Array).slice();
      this.#repeat(next, last * WRITES_PER_COPY, (last + 1) * WRITES_PER_COPY);
      this.#copies.push(next);
    }
    return this.#copies[wanted] as Uint8Array;
  }

  #first(): Uint8Array {
    const page = new Uint8Array(PAGE_BYTES);
    for (const { address, bytes } of this.#data.memory) place(page, bytes, address - this.#address);
    return page;
  }

  #repeat(page: Uint8Array, from: number, to: number): void {
    const { writeAddress, writeByteCount, writeAt, written } = this.#data;
    for (let i = from; i < to; i++) {
      const at = this.#writes[i] as number;
      const start = writeAt[at] as number;
      const offset = (writeAddress[at] as number) - this.#address;
      const byteCount = writeByteCount[at] as number;
      if (byteCount > 16) place(page, written.subarray(start, start + byteCount), offset);
      else {
        const end = Math.min(byteCount, PAGE_BYTES - offset);
        for (let byte = Math.max(0, -offset); byte < end; byte++) {
          page[offset + byte] = written[start + byte] as number;
        }
      }
    }
  }
}

/** Copies what of some bytes lies in a page; they begin at `offset` of it, which may be before it. */
function place(page: Uint8Array, bytes: Uint8Array, offset: number): void {
  const from = Math.max(0, -offset);
  const to = Math.min(bytes.length, PAGE_BYTES - offset);
  if (from < to) page.set(bytes.subarray(from, to), offset + from);
}

/** How many of ascending numbers are below a limit. */
export function countBelow(numbers: Uint32Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
