import type { HistoryData } from "./history-data.ts";
import type { Snapshot } from "./snapshot.ts";

const PAGE_BYTES = 4096;

/** Where bytes were found. */
export interface MemoryHits {
  /** First bytes, ascending. */
  readonly addresses: readonly number[];
  /** Whether there are more than were looked for. */
  readonly more: boolean;
}

/** Pages of memory that anything has written to up to a row: first bytes, ascending. */
export function usedPages({ memory, ...writes }: HistoryData, row: number): number[] {
  const pages = new Set<number>();
  const use = (address: number, byteCount: number) => {
    const last = Math.floor((address + byteCount - 1) / PAGE_BYTES);
    for (let page = Math.floor(address / PAGE_BYTES); page <= last; page++) pages.add(page);
  };
  for (const { address, bytes } of memory) if (bytes.length > 0) use(address, bytes.length);
  const { writeRow, writeAddress, writeByteCount } = writes;
  for (let at = 0; at < writeRow.length && (writeRow[at] as number) <= row; at++) {
    const byteCount = writeByteCount[at] as number;
    if (byteCount > 0) use(writeAddress[at] as number, byteCount);
  }
  return [...pages].toSorted((one, other) => one - other).map((page) => page * PAGE_BYTES);
}

/**
 * Every place in used memory where these bytes stand when a row is over.
 * @param needle At least one byte.
 * @param hitsMax Places at most.
 */
export function searchMemory(
  data: HistoryData,
  snapshot: Snapshot,
  needle: Uint8Array,
  hitsMax: number,
): MemoryHits {
  const addresses: number[] = [];
  for (const page of usedPages(data, snapshot.row)) {
    // A value may run on into the next page.
    const bytes = snapshot.bytes(page, PAGE_BYTES + needle.length - 1);
    for (let at = findIn(bytes, needle, 0); at >= 0; at = findIn(bytes, needle, at + 1)) {
      if (addresses.length === hitsMax) return { addresses, more: true };
      addresses.push(page + at);
    }
  }
  return { addresses, more: false };
}

/** The first place at or behind `from`, or -1. */
function findIn(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0] as number;
  const last = bytes.length - needle.length;
  for (
    let at = bytes.indexOf(first, from);
    at >= 0 && at <= last;
    at = bytes.indexOf(first, at + 1)
  ) {
    let same = 1;
    while (same < needle.length && bytes[at + same] === needle[same]) same++;
    if (same === needle.length) return at;
  }
  return -1;
}
