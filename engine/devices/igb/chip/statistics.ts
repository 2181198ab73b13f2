import { POOL_WORDS, WORD } from "./word.ts";

const FULL = 0xffff_ffff;

/** The chip's counters: full counters stay full; octet counters are 64 bits wide. */
export class Statistics {
  readonly #words: Uint32Array;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  /** One more in a 32-bit counter. */
  count(word: number): void {
    const value = this.#words[word] as number;
    if (value !== FULL) this.#words[word] = value + 1;
  }

  /**
   * A frame was sent.
   * @param byteCount Without the CRC.
   * @param kind First byte of the destination and whether it was all ones: see `castOf`.
   * @param pool Pool of the queue, or -1 when the chip is not virtualized.
   */
  sent(byteCount: number, kind: number, pool: number): void {
    const total = byteCount + 4;
    this.#size(WORD.PTC64, total);
    this.count(WORD.TPT);
    this.#grow(WORD.TOTL, total);
    if (kind === CAST.broadcast) this.count(WORD.BPTC);
    else if (kind === CAST.multicast) this.count(WORD.MPTC);
    this.count(WORD.GPTC);
    this.#grow(WORD.GOTCL, total);
    if (pool < 0) return;
    const at = pool * POOL_WORDS;
    this.#words[WORD.PVFGOTC + at] = (this.#words[WORD.PVFGOTC + at] as number) + total;
    this.#words[WORD.PVFGPTC + at] = (this.#words[WORD.PVFGPTC + at] as number) + 1;
  }

  /**
   * A frame went into a receive queue.
   * @param byteCount Without the CRC.
   * @param storedBytes As stored, with the CRC unless it is stripped.
   */
  received(byteCount: number, storedBytes: number, kind: number, pool: number): void {
    this.#size(WORD.PRC64, storedBytes);
    this.count(WORD.TPR);
    this.count(WORD.GPRC);
    this.#grow(WORD.TORL, byteCount + 4);
    this.#grow(WORD.GORCL, byteCount + 4);
    if (kind === CAST.broadcast) this.count(WORD.BPRC);
    else if (kind === CAST.multicast) this.count(WORD.MPRC);
    if (pool < 0) return;
    const at = pool * POOL_WORDS;
    this.#words[WORD.PVFGORC + at] = (this.#words[WORD.PVFGORC + at] as number) + byteCount + 4;
    this.#words[WORD.PVFGPRC + at] = (this.#words[WORD.PVFGPRC + at] as number) + 1;
    if (kind !== CAST.multicast) return;
    this.#words[WORD.PVFMPRC + at] = (this.#words[WORD.PVFMPRC + at] as number) + 1;
  }

  #size(first: number, byteCount: number): void {
    if (byteCount > 1023) this.count(first + 5);
    else if (byteCount > 511) this.count(first + 4);
    else if (byteCount > 255) this.count(first + 3);
    else if (byteCount > 127) this.count(first + 2);
    else if (byteCount > 64) this.count(first + 1);
    else if (byteCount === 64) this.count(first);
  }

  #grow(low: number, byteCount: number): void {
    const sum = (this.#words[low] as number) + byteCount;
    this.#words[low] = sum;
    if (sum > FULL) this.count(low + 1);
  }
}

/** Whom a destination address means. */
export const CAST = { unicast: 0, multicast: 1, broadcast: 2 } as const;

/** Whom the destination address of the frame at `at` means: a value of {@link CAST}. */
export function castOf(bytes: Uint8Array, at: number): number {
  if (((bytes[at] as number) & 1) === 0) return CAST.unicast;
  for (let i = 0; i < 6; i++) if (bytes[at + i] !== 0xff) return CAST.multicast;
  return CAST.broadcast;
}
