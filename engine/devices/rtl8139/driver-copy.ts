import type { SharedBlock } from "../../memory/shared-block.ts";

const STRIDE = 32;

/**
 * The loads of the guest kernel's `memcpy` out of a shared block, in its order: 32 bytes at a time
 * from the front, or from the back when the low byte of the source is below that of the
 * destination, then the rest with overlapping loads. arch/x86/lib/memcpy_64.S, memcpy_orig (what a
 * CPU without fast string operations runs). The bytes themselves are moved by the caller.
 * @param destination Address the bytes go to.
 */
export function loadForCopy(
  block: SharedBlock,
  offset: number,
  byteCount: number,
  destination: number,
): void {
  const rest = byteCount % STRIDE;
  const whole = byteCount - rest;
  if (whole === 0) loadRest(block, offset, rest);
  else if (signed(block.base + offset) < signed(destination)) {
    const end = offset + byteCount;
    for (let done = 8; done <= whole; done += 8) block.load64(end - done);
    loadRest(block, offset, rest);
  } else {
    for (let done = 0; done < whole; done += 8) block.load64(offset + done);
    loadRest(block, offset + whole, rest);
  }
}

function loadRest(block: SharedBlock, at: number, byteCount: number): void {
  const end = at + byteCount;
  if (byteCount >= 16) {
    block.load64(at);
    block.load64(at + 8);
    block.load64(end - 16);
    block.load64(end - 8);
  } else if (byteCount >= 8) {
    block.load64(at);
    block.load64(end - 8);
  } else if (byteCount >= 4) {
    block.load32(at);
    block.load32(end - 4);
  } else if (byteCount > 0) {
    block.load8(at);
    if (byteCount === 1) return;
    block.load8(at + 1);
    block.load8(end - 1);
  }
}

/** The low byte of an address as the processor compares it. */
function signed(address: number): number {
  return ((address & 0xff) << 24) >> 24;
}
