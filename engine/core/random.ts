/** A small seeded generator (mulberry32); the engine's only source of randomness. */
export class Random {
  #state: number;

  /** @param seed Any integer; the same seed gives the same numbers everywhere. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next unsigned 32-bit integer. */
  next32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A number from 0 up to, but not, 1. */
  fraction(): number {
    return this.next32() / 4294967296;
  }

  /** An integer from 0 to `bound` - 1; `bound` is 1 to 2^32. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }
}
