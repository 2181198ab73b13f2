import type { GuestMemory } from "../../memory/guest-memory.ts";

/** NET_SKB_PAD: room before the frame. */
const PAD_BYTES = 64;
/** sizeof(struct skb_shared_info), aligned. */
const SHARED_INFO_BYTES = 320;
const SMALL_BYTES = 1024;
const FRAGMENT_BLOCK_BYTES = 32768;

/**
 * Where `napi_alloc_skb` puts a received frame's bytes: small ones into pieces of 1 KiB, others
 * cut from a 32 KiB block from the top down; net/core/skbuff.c and mm/page_frag_cache.c. Each
 * frame is handed up before the next is allocated, so one of each is enough.
 */
export class ReceiveSkbs {
  readonly #small: number;
  readonly #block: number;
  #offset = FRAGMENT_BLOCK_BYTES;

  constructor(memory: GuestMemory) {
    this.#small = memory.allocate(SMALL_BYTES, SMALL_BYTES);
    this.#block = memory.allocate(FRAGMENT_BLOCK_BYTES, FRAGMENT_BLOCK_BYTES);
  }

  /** Address for a frame of `byteCount` bytes, at most 2,048. */
  take(byteCount: number): number {
    const padded = byteCount + PAD_BYTES;
    if (padded <= SMALL_BYTES - SHARED_INFO_BYTES) return this.#small + PAD_BYTES;
    const size = ((padded + 63) & ~63) + SHARED_INFO_BYTES;
    this.#offset -= size;
    if (this.#offset < 0) this.#offset = FRAGMENT_BLOCK_BYTES - size;
    return this.#block + this.#offset + PAD_BYTES;
  }
}
