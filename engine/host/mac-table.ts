const EMPTY = -1;
const CAPACITY_MIN = 64;

/**
 * Ethernet addresses and a small number for each: an open-addressed hash table in typed arrays, so
 * that neither a lookup nor an update of a known address allocates.
 */
export class MacTable {
  #high = new Uint16Array(CAPACITY_MIN);
  #low = new Uint32Array(CAPACITY_MIN);
  #values = new Int32Array(CAPACITY_MIN).fill(EMPTY);
  #size = 0;
  /** Hears of changes. */
  onChange: (() => void) | undefined;

  /** Addresses in the table. */
  get size(): number {
    return this.#size;
  }

  /** The number of the address at `at`, or -1 when it is not in the table. */
  get(bytes: Uint8Array, at: number): number {
    const high = highOf(bytes, at);
    const low = lowOf(bytes, at);
    return this.#values[this.#find(high, low)] as number;
  }

  /** Sets the number, 0 to 2^31 - 1, of the address at `at`. */
  set(bytes: Uint8Array, at: number, value: number): void {
    const high = highOf(bytes, at);
    const low = lowOf(bytes, at);
    this.#set(high, low, value);
    this.onChange?.();
  }

  /** The addresses, as six bytes in one number, and their numbers. */
  *entries(): Generator<readonly [address: number, value: number]> {
    for (let slot = 0; slot < this.#values.length; slot++) {
      const value = this.#values[slot] as number;
      if (value === EMPTY) continue;
      yield [(this.#high[slot] as number) * 4294967296 + (this.#low[slot] as number), value];
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#values.fill(EMPTY);
    this.#size = 0;
    this.onChange?.();
  }

  #set(high: number, low: number, value: number): void {
    const slot = this.#find(high, low);
    const added = this.#values[slot] === EMPTY;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#values[slot] = value;
    if (!added) return;
    this.#size++;
    if (this.#size * 2 > this.#values.length) this.#grow();
  }

  /** The slot that holds the address, or the free one where it would be put. */
  #find(high: number, low: number): number {
    const mask = this.#values.length - 1;
    let slot = (Math.imul(low ^ (high << 7), 0x9e37_79b1) >>> 8) & mask;
    // The table is never more than half full: a free slot ends the walk.
    while (this.#values[slot] !== EMPTY) {
      if (this.#low[slot] === low && this.#high[slot] === high) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const [high, low, values] = [this.#high, this.#low, this.#values];
    const capacity = values.length * 2;
    this.#high = new Uint16Array(capacity);
    this.#low = new Uint32Array(capacity);
    this.#values = new Int32Array(capacity).fill(EMPTY);
    this.#size = 0;
    values.forEach((value, slot) => {
      if (value !== EMPTY) this.#set(high[slot] as number, low[slot] as number, value);
    });
  }
}

function highOf(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function lowOf(bytes: Uint8Array, at: number): number {
  const top = (bytes[at + 2] as number) << 24;
  const rest = ((bytes[at + 3] as number) << 16) | ((bytes[at + 4] as number) << 8);
  return (top | rest | (bytes[at + 5] as number)) >>> 0;
}

/**
 * An address's last three bytes, as rows hold it: what tells stations of one maker apart. A small
 * integer, as whole addresses in a column of rows would slow all rows down.
 */
export function macTail(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at + 3] as number) << 16) | ((bytes[at + 4] as number) << 8);
  return high | (bytes[at + 5] as number);
}
