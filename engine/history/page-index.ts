import type { HistoryData } from "./history-data.ts";

const PAGE_BITS = 12;

/** Bytes of the pages that memory's history is kept in. */
export const PAGE_BYTES = 1 << PAGE_BITS;

/** The number of the page that an address lies in. */
export function pageOf(address: number): number {
  return Math.floor(address / PAGE_BYTES);
}

/** The writes that touch each page, in their order; one over an edge belongs to both pages. */
export class PageIndex {
  readonly #starts: Uint32Array;
  readonly #writes: Uint32Array;

  constructor({ writeAddress, writeByteCount }: HistoryData) {
    let pageCount = 0;
    for (let at = 0; at < writeAddress.length; at++) {
      pageCount = Math.max(pageCount, lastPage(writeAddress, writeByteCount, at) + 1);
    }
    const starts = new Uint32Array(pageCount + 1);
    for (let at = 0; at < writeAddress.length; at++) {
      const last = lastPage(writeAddress, writeByteCount, at);
      for (let page = (writeAddress[at] as number) >>> PAGE_BITS; page <= last; page++) {
        starts[page + 1] = (starts[page + 1] as number) + 1;
      }
    }
    for (let page = 0; page < pageCount; page++) {
      starts[page + 1] = (starts[page + 1] as number) + (starts[page] as number);
    }
    const writes = new Uint32Array(starts[pageCount] as number);
    const next = starts.slice();
    for (let at = 0; at < writeAddress.length; at++) {
      const last = lastPage(writeAddress, writeByteCount, at);
      for (let page = (writeAddress[at] as number) >>> PAGE_BITS; page <= last; page++) {
        const place = next[page] as number;
        writes[place] = at;
        next[page] = place + 1;
      }
    }
    this.#starts = starts;
    this.#writes = writes;
  }

  /** The writes that touch a page, ascending. */
  of(page: number): Uint32Array {
    if (page + 1 >= this.#starts.length) return this.#writes.subarray(0, 0);
    return this.#writes.subarray(this.#starts[page], this.#starts[page + 1]);
  }
}

function lastPage(addresses: Uint32Array, byteCounts: Uint32Array, at: number): number {
  return ((addresses[at] as number) + (byteCounts[at] as number) - 1) >>> PAGE_BITS;
}
