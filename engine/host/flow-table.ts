const CAPACITY_MIN = 64;

/**
 * Keys of a fixed number of 32-bit words, and a small number for each: an open-addressed hash table
 * in typed arrays. A lookup allocates nothing.
 */
export class FlowTable {
  readonly #wordCount: number;
  #keys: Uint32Array;
  /** The entry's value and 1, so that 0 is a free slot. */
  #values: Int32Array;
  #size = 0;

  /** @param wordCount Words of each key. */
  constructor(wordCount: number) {
    this.#wordCount = wordCount;
    this.#keys = new Uint32Array(CAPACITY_MIN * wordCount);
    this.#values = new Int32Array(CAPACITY_MIN);
  }

  /** Entries in the table. */
  get size(): number {
    return this.#size;
  }

  /** The value of a key, or -1 when it is not in the table. */
  get(key: Uint32Array): number {
    return (this.#values[this.#find(key)] as number) - 1;
  }

  /** The keys, each valid until the next, and their values. */
  *entries(): Generator<readonly [key: Uint32Array, value: number]> {
    for (let slot = 0; slot < this.#values.length; slot++) {
      const value = (this.#values[slot] as number) - 1;
      const at = slot * this.#wordCount;
      if (value >= 0) yield [this.#keys.subarray(at, at + this.#wordCount), value];
    }
  }

  /** Sets the value, 0 or more, of a key. */
  set(key: Uint32Array, value: number): void {
    const slot = this.#find(key);
    const added = this.#values[slot] === 0;
    this.#keys.set(key, slot * this.#wordCount);
    this.#values[slot] = value + 1;
    if (!added) return;
    this.#size++;
    if (this.#size * 2 > this.#values.length) this.#grow();
  }

  /** Forgets all. */
  clear(): void {
    this.#values.fill(0);
    this.#size = 0;
  }

  #find(key: Uint32Array): number {
    const mask = this.#values.length - 1;
    let slot = hashOf(key) & mask;
    // Never more than half full: a free slot ends the walk.
    while (this.#values[slot] !== 0 && !this.#holds(slot, key)) slot = (slot + 1) & mask;
    return slot;
  }

  #holds(slot: number, key: Uint32Array): boolean {
    const at = slot * this.#wordCount;
    for (let word = 0; word < this.#wordCount; word++) {
      if (this.#keys[at + word] !== key[word]) return false;
    }
    return true;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    const words = this.#wordCount;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#values = new Int32Array(values.length * 2);
    this.#size = 0;
    values.forEach((value, slot) => {
      if (value > 0) this.set(keys.subarray(slot * words, (slot + 1) * words), value - 1);
    });
  }
}

/** A hash of a key's words, 32 bits (the finalizer is that of MurmurHash3). */
export function hashOf(key: Uint32Array): number {
  let hash = key.length;
  for (let word = 0; word < key.length; word++) {
    hash = Math.imul(hash ^ (key[word] as number), 0x5bd1_e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
