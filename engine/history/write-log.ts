import type { HistoryData } from "./history-data.ts";

const CAPACITY_MIN = 1024;
/** Contents from this size on are looked for among what was written before: frames travel. */
const SHARED_BYTES_MIN = 128;

/** The columns of `HistoryData` that hold memory writes. */
export type WriteColumns = Pick<
  HistoryData,
  "writeRow" | "writeAddress" | "writeByteCount" | "writeAt" | "written"
>;

/** Collects memory writes in their order; bytes that were written before are kept once. */
export class WriteLog {
  #length = 0;
  #row = new Int32Array(CAPACITY_MIN);
  #address = new Uint32Array(CAPACITY_MIN);
  #byteCount = new Uint32Array(CAPACITY_MIN);
  #at = new Float64Array(CAPACITY_MIN);
  #pool = new Uint8Array(CAPACITY_MIN * 16);
  #poolLength = 0;
  /** By a hash of content and length: where in the pool such a content last lay. */
  readonly #shared = new Map<number, number>();

  /** Number of writes kept so far. */
  get length(): number {
    return this.#length;
  }

  /**
   * Keeps what now stands in `memory` at `address`, as an effect of `row`. A write that goes on
   * where the last one of the same row ended lengthens that one.
   */
  add(row: number, memory: Uint8Array, address: number, byteCount: number): void {
    if (byteCount <= 0) return;
    if (byteCount >= SHARED_BYTES_MIN) {
      this.#push(row, address, byteCount, this.#place(memory, address, byteCount));
      return;
    }
    const last = this.#length - 1;
    if (last >= 0 && this.#row[last] === row && this.#continues(last, address)) {
      this.#append(memory, address, byteCount);
      this.#byteCount[last] = (this.#byteCount[last] as number) + byteCount;
      return;
    }
    this.#push(row, address, byteCount, this.#append(memory, address, byteCount));
  }

  /** The columns at their exact length, each in a buffer of its own. */
  finish(): WriteColumns {
    const n = this.#length;
    return {
      writeRow: this.#row.slice(0, n),
      writeAddress: this.#address.slice(0, n),
      writeByteCount: this.#byteCount.slice(0, n),
      writeAt: this.#at.slice(0, n),
      written: this.#pool.slice(0, this.#poolLength),
    };
  }

  #continues(last: number, address: number): boolean {
    const byteCount = this.#byteCount[last] as number;
    const poolEnd = (this.#at[last] as number) + byteCount;
    return (this.#address[last] as number) + byteCount === address && poolEnd === this.#poolLength;
  }

  #push(row: number, address: number, byteCount: number, at: number): void {
    const n = this.#length;
    if (n === this.#row.length) this.#grow();
    this.#row[n] = row;
    this.#address[n] = address;
    this.#byteCount[n] = byteCount;
    this.#at[n] = at;
    this.#length = n + 1;
  }

  #place(memory: Uint8Array, address: number, byteCount: number): number {
    const key = hash(memory, address, byteCount);
    const known = this.#shared.get(key);
    if (known !== undefined && this.#holds(known, memory, address, byteCount)) return known;
    const at = this.#append(memory, address, byteCount);
    this.#shared.set(key, at);
    return at;
  }

  #holds(at: number, memory: Uint8Array, address: number, byteCount: number): boolean {
    if (at + byteCount > this.#poolLength) return false;
    for (let i = 0; i < byteCount; i++) {
      if (this.#pool[at + i] !== memory[address + i]) return false;
    }
    return true;
  }

  #append(memory: Uint8Array, address: number, byteCount: number): number {
    const at = this.#poolLength;
    const end = at + byteCount;
    if (end > this.#pool.length) {
      const pool = new Uint8Array(Math.max(end, this.#pool.length * 2));
      pool.set(this.#pool);
      this.#pool = pool;
    }
    // A loop is faster than a view and a copy for the few bytes that most writes have.
    if (byteCount <= 32) {
      for (let i = 0; i < byteCount; i++) this.#pool[at + i] = memory[address + i] as number;
    } else this.#pool.set(memory.subarray(address, address + byteCount), at);
    this.#poolLength = end;
    return at;
  }

  #grow(): void {
    this.#row = grown(this.#row, new Int32Array(2 * this.#length));
    this.#address = grown(this.#address, new Uint32Array(2 * this.#length));
    this.#byteCount = grown(this.#byteCount, new Uint32Array(2 * this.#length));
    this.#at = grown(this.#at, new Float64Array(2 * this.#length));
  }
}

/** FNV-1a over content and length, 32 bits; contents are compared all the same. */
function hash(memory: Uint8Array, address: number, byteCount: number): number {
  let value = 0x811c_9dc5 ^ byteCount;
  for (let i = 0; i < byteCount; i++) {
    value = Math.imul(value ^ (memory[address + i] as number), 0x0100_0193);
  }
  return value;
}

/** Copies a column into a longer one. */
export function grown<C extends { set(from: C): void }>(column: C, longer: C): C {
  longer.set(column);
  return longer;
}
