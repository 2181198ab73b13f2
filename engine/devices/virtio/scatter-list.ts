import { assert } from "../../core/assert.ts";

/**
 * The pieces of one buffer that a driver exposes: first those that the device reads, then those
 * that it writes. Allocated once and filled again and again.
 */
export class ScatterList {
  readonly addresses: Float64Array;
  readonly lengths: Uint32Array;
  /** Pieces the device reads. */
  outCount = 0;
  /** Pieces the device writes. */
  inCount = 0;

  /** @param capacity Greatest number of pieces. */
  constructor(capacity: number) {
    this.addresses = new Float64Array(capacity);
    this.lengths = new Uint32Array(capacity);
  }

  /** Number of pieces. */
  get count(): number {
    return this.outCount + this.inCount;
  }

  /** Forgets all pieces. */
  clear(): void {
    this.outCount = 0;
    this.inCount = 0;
  }

  /** Adds a piece that the device reads; only before any that it writes. */
  addOut(address: number, byteCount: number): void {
    assert(this.inCount === 0, "pieces that the device reads come first");
    this.addresses[this.outCount] = address;
    this.lengths[this.outCount] = byteCount;
    this.outCount++;
  }

  /** Adds a piece that the device writes. */
  addIn(address: number, byteCount: number): void {
    const at = this.outCount + this.inCount;
    this.addresses[at] = address;
    this.lengths[at] = byteCount;
    this.inCount++;
  }
}
