import type { MemoryPiece } from "./history-data.ts";

const PAGE_BYTES = 4096;
const WORD_BYTES = 4;

/** Copies of the pages that hold anything but zeros; neighbours are one piece. */
export function pieces(memory: Uint8Array): MemoryPiece[] {
  const words = new Uint32Array(
    memory.buffer,
    memory.byteOffset,
    Math.floor(memory.length / WORD_BYTES),
  );
  const found: MemoryPiece[] = [];
  let start = -1;
  for (let page = 0; page < memory.length; page += PAGE_BYTES) {
    const isUsed = holdsAnything(words, page / WORD_BYTES, PAGE_BYTES / WORD_BYTES);
    if (isUsed && start < 0) start = page;
    if (!isUsed && start >= 0) {
      found.push(copy(memory, start, page));
      start = -1;
    }
  }
  if (start >= 0) found.push(copy(memory, start, memory.length));
  return found;
}

function holdsAnything(words: Uint32Array, from: number, count: number): boolean {
  const end = Math.min(from + count, words.length);
  for (let at = from; at < end; at++) if (words[at] !== 0) return true;
  return false;
}

function copy(memory: Uint8Array, from: number, to: number): MemoryPiece {
  return { address: from, bytes: new Uint8Array(memory.subarray(from, to)) };
}
