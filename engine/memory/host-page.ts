import type { GuestMemory } from "./guest-memory.ts";

/** Bytes of a page of host memory. */
export const PAGE_BYTES = 4096;

/** Takes one zeroed page of host memory, aligned to its size: what hardware walks wants such pages; `what` says what for. */
export function takeHostPage(memory: GuestMemory, what: string): number {
  return takeAligned(memory, PAGE_BYTES, PAGE_BYTES, what);
}

/**
 * Takes zeroed host memory at a multiple of `alignment` from the machine's first byte.
 * @param alignment Power of two in bytes, at least 64.
 */
export function takeAligned(
  memory: GuestMemory,
  byteCount: number,
  alignment: number,
  what: string,
): number {
  const at = memory.allocateHost(byteCount + alignment - 64, what, true);
  const address = Math.ceil(at / alignment) * alignment;
  memory.bytes.fill(0, address, address + byteCount);
  return address;
}
