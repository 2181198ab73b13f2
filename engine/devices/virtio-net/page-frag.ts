import { BufferPool } from "../../memory/buffer-pool.ts";
import type { GuestMemory } from "../../memory/guest-memory.ts";

/** Bytes that Linux takes at once (SKB_FRAG_PAGE_ORDER 3). */
const FRAG_BYTES = 32_768;

/** A stretch of pages that receive buffers are cut from, with its references. */
export class FragPages {
  address = 0;
  references = 0;
}

/**
 * The page fragment that receive buffers are cut from one after another; net/core/sock.c,
 * skb_page_frag_refill. Pages whose buffers were all given up are used again.
 */
export class PageFrag {
  readonly #pool: BufferPool;
  readonly #spare: FragPages[] = [];
  #pages: FragPages | undefined;
  #offset = 0;

  constructor(memory: GuestMemory) {
    this.#pool = new BufferPool(memory, FRAG_BYTES, FRAG_BYTES);
  }

  /** Bytes left in the current pages. */
  get holeBytes(): number {
    return FRAG_BYTES - this.#offset;
  }

  /** Makes room for a buffer. */
  refill(byteCount: number): void {
    const pages = this.#pages;
    if (pages !== undefined) {
      if (pages.references === 1) {
        this.#offset = 0;
        return;
      }
      if (this.#offset + byteCount <= FRAG_BYTES) return;
      this.release(pages);
    }
    const fresh = this.#spare.pop() ?? new FragPages();
    fresh.address = this.#pool.take();
    fresh.references = 1;
    this.#pages = fresh;
    this.#offset = 0;
  }

  /** Address of the next buffer, which `take` cuts off. */
  get nextAddress(): number {
    return (this.#pages?.address ?? 0) + this.#offset;
  }

  /** Cuts a buffer off; the caller holds its pages until `release`. */
  take(byteCount: number): FragPages {
    const pages = this.#pages as FragPages;
    pages.references++;
    this.#offset += byteCount;
    return pages;
  }

  /** Leaves the rest of the current pages to the buffer that was cut off last. */
  skipHole(): void {
    this.#offset = FRAG_BYTES;
  }

  /** `put_page`: the last reference gives the pages back. */
  release(pages: FragPages): void {
    if (--pages.references > 0) return;
    this.#pool.give(pages.address);
    this.#spare.push(pages);
  }

  /** Gives up the current pages. */
  drop(): void {
    if (this.#pages !== undefined) this.release(this.#pages);
    this.#pages = undefined;
    this.#offset = 0;
  }
}
