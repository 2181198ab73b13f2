/**
 * A set of 256 interrupt vectors as bits in memory: eight 32-bit words, `strideBytes` apart (16 in an
 * APIC page, 4 in a posted-interrupt descriptor).
 */
export class VectorBits {
  readonly #view: DataView;
  readonly #offset: number;
  readonly #strideBytes: number;

  constructor(view: DataView, offset: number, strideBytes: number) {
    this.#view = view;
    this.#offset = offset;
    this.#strideBytes = strideBytes;
  }

  /** The highest vector in the set, or -1. */
  get highest(): number {
    for (let word = 7; word >= 0; word--) {
      const bits = this.word(word);
      if (bits !== 0) return word * 32 + 31 - Math.clz32(bits);
    }
    return -1;
  }

  /** Whether a vector is in the set. */
  has(vector: number): boolean {
    return (this.word(vector >> 5) & (1 << (vector & 31))) !== 0;
  }

  /** Adds a vector. */
  set(vector: number): void {
    const word = vector >> 5;
    this.setWord(word, this.word(word) | (1 << (vector & 31)));
  }

  /** Removes a vector. */
  clear(vector: number): void {
    const word = vector >> 5;
    this.setWord(word, this.word(word) & ~(1 << (vector & 31)));
  }

  /** The vectors `word * 32` to `word * 32 + 31` as bits. */
  word(word: number): number {
    return this.#view.getUint32(this.#offset + word * this.#strideBytes, true);
  }

  /** Replaces 32 vectors at once. */
  setWord(word: number, bits: number): void {
    this.#view.setUint32(this.#offset + word * this.#strideBytes, bits, true);
  }
}
