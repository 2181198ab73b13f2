import type { GuestMemory } from "../../memory/guest-memory.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";

const LOOP_BYTES = 32;

/**
 * The kernel's memcpy into a shared block, store for store, for a CPU without fast short string
 * moves: four 8-byte stores a turn, from whichever end avoids false dependences, then a tail of
 * overlapping stores. Source: arch/x86/lib/memcpy_64.S, memcpy_orig.
 * @param offset Where in the block the copy begins.
 * @param source Guest-physical address; like the kernel's mapping it keeps its low bits.
 */
export function copyIntoBlock(
  block: SharedBlock,
  offset: number,
  memory: GuestMemory,
  source: number,
  byteCount: number,
): void {
  let from = source;
  let to = offset;
  let left = byteCount;
  if (left >= LOOP_BYTES) {
    const backward = signedByte(source) < signedByte(block.base + offset);
    const inLoop = left - (left % LOOP_BYTES);
    if (backward) copyBackward(block, to + left, memory, from + left, inLoop);
    else {
      copyForward(block, to, memory, from, inLoop);
      from += inLoop;
      to += inLoop;
    }
    left -= inLoop;
  }
  copyTail(block, to, memory, from, left);
}

function copyForward(
  block: SharedBlock,
  offset: number,
  memory: GuestMemory,
  source: number,
  byteCount: number,
): void {
  for (let i = 0; i < byteCount; i += 8) copy8(block, offset + i, memory, source + i);
}

/** Copies the `byteCount` bytes before both ends, the last ones first. */
function copyBackward(
  block: SharedBlock,
  offsetEnd: number,
  memory: GuestMemory,
  sourceEnd: number,
  byteCount: number,
): void {
  for (let i = 8; i <= byteCount; i += 8) copy8(block, offsetEnd - i, memory, sourceEnd - i);
}

/** The last 0 to 31 bytes: stores from both ends that may overlap in the middle. */
function copyTail(
  block: SharedBlock,
  offset: number,
  memory: GuestMemory,
  source: number,
  byteCount: number,
): void {
  const { view } = memory;
  if (byteCount >= 16) {
    copy8(block, offset, memory, source);
    copy8(block, offset + 8, memory, source + 8);
    copy8(block, offset + byteCount - 16, memory, source + byteCount - 16);
    copy8(block, offset + byteCount - 8, memory, source + byteCount - 8);
  } else if (byteCount >= 8) {
    copy8(block, offset, memory, source);
    copy8(block, offset + byteCount - 8, memory, source + byteCount - 8);
  } else if (byteCount >= 4) {
    block.store32(offset, view.getUint32(source, true));
    block.store32(offset + byteCount - 4, view.getUint32(source + byteCount - 4, true));
  } else if (byteCount > 0) {
    if (byteCount > 1) {
      block.store8(offset + 1, view.getUint8(source + 1));
      block.store8(offset + byteCount - 1, view.getUint8(source + byteCount - 1));
    }
    block.store8(offset, view.getUint8(source));
  }
}

function copy8(block: SharedBlock, offset: number, memory: GuestMemory, source: number): void {
  const { view } = memory;
  block.storeHalves(offset, view.getUint32(source, true), view.getUint32(source + 4, true));
}

function signedByte(address: number): number {
  return ((address & 0xff) << 24) >> 24;
}
