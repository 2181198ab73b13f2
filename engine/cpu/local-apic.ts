import type { Clock } from "../core/clock.ts";

/**
 * The local APIC's interrupt state: requested and in-service vectors, highest priority first.
 * Intel SDM vol. 3A, 11.8.4 "Interrupt Acceptance for Fixed Interrupts".
 */
export class LocalApic {
  readonly #clock: Clock | undefined;
  /** By vector: from when on the request can be seen, in cycles; who asked may be ahead in time. */
  readonly #visibleFrom = new Float64Array(256);
  readonly #requested = new Uint32Array(8);
  readonly #inService = new Uint32Array(8);
  /** Highest requested vector, or -1. */
  highestRequested = -1;
  #highestInService = -1;
  /** The trace row that requested each vector: the cause of the interrupt. */
  readonly causeRows = new Int32Array(256).fill(-1);
  /** Hears of changes; that a vector was accepted is told by who writes the row of it. */
  onChange: (() => void) | undefined;

  /** @param clock The machine's time; without it, requests are seen at once. */
  constructor(clock?: Clock) {
    this.#clock = clock;
  }

  /**
   * Requests a vector (IRR). A vector requested twice before it is taken is taken once.
   * @param notBeforeCycles When what asks for it came to be, default now.
   */
  request(vector: number, causeRow = -1, notBeforeCycles = 0): void {
    const clock = this.#clock;
    if (clock?.timed === true && !this.isRequested(vector))
      this.#visibleFrom[vector] = Math.max(clock.lastEndCycles, notBeforeCycles);
    this.causeRows[vector] = causeRow;
    const word = vector >> 5;
    this.#requested[word] = (this.#requested[word] as number) | (1 << (vector & 31));
    if (vector > this.highestRequested) this.highestRequested = vector;
    this.onChange?.();
  }

  /** Whoever requested the vector was done with it only now. */
  arrived(vector: number): void {
    const clock = this.#clock;
    if (clock?.timed === true && this.isRequested(vector))
      this.#visibleFrom[vector] = Math.max(
        this.#visibleFrom[vector] as number,
        clock.lastEndCycles,
      );
  }

  /** From when on the highest requested vector can be seen, in cycles. */
  get visibleFromCycles(): number {
    return this.highestRequested < 0 ? 0 : (this.#visibleFrom[this.highestRequested] as number);
  }

  /** Whether the highest requested vector's class exceeds the one in service. */
  get deliverable(): boolean {
    return this.highestRequested >= 0 && this.highestRequested >> 4 > this.#highestInService >> 4;
  }

  /** Highest vector in service, or -1. */
  get highestInService(): number {
    return this.#highestInService;
  }

  /** Whether a vector is requested and not yet in service. */
  isRequested(vector: number): boolean {
    return (((this.#requested[vector >> 5] as number) >>> (vector & 31)) & 1) !== 0;
  }

  /** Takes a request back that never reached the APIC after all. */
  withdraw(vector: number): void {
    clear(this.#requested, vector);
    this.highestRequested = highest(this.#requested);
    this.onChange?.();
  }

  /** The requested vectors (IRR), ascending. */
  get requestedVectors(): number[] {
    return vectorsOf(this.#requested);
  }

  /** The vectors in service (ISR), ascending. */
  get inServiceVectors(): number[] {
    return vectorsOf(this.#inService);
  }

  /** The requested vectors `32 * word` to `32 * word + 31` as bits. */
  requestedWord(word: number): number {
    return this.#requested[word] as number;
  }

  /** The same of the vectors in service. */
  inServiceWord(word: number): number {
    return this.#inService[word] as number;
  }

  /** Whether any vector but this one is requested (KVM's `irr_pending`). */
  requestsBesides(vector: number): boolean {
    if (this.highestRequested !== vector) return this.highestRequested >= 0;
    if (vector < 0) return false;
    const own = vector >> 5;
    for (let word = 0; word < own; word++) if (this.#requested[word] !== 0) return true;
    return ((this.#requested[own] as number) & ~(1 << (vector & 31))) !== 0;
  }

  /**
   * Moves a requested vector into service and returns it.
   * @param injected The vector that a hypervisor injected, or -1 for the highest.
   */
  accept(injected = -1): number {
    const vector = injected >= 0 ? injected : this.highestRequested;
    clear(this.#requested, vector);
    this.#inService[vector >> 5] = (this.#inService[vector >> 5] as number) | (1 << (vector & 31));
    this.highestRequested = highest(this.#requested);
    this.#highestInService = highest(this.#inService);
    return vector;
  }

  /** End of interrupt: retires the highest vector in service and returns it, or -1. */
  eoi(): number {
    const vector = this.#highestInService;
    if (vector >= 0) {
      clear(this.#inService, vector);
      this.#highestInService = highest(this.#inService);
      this.onChange?.();
    }
    return vector;
  }
}

function clear(bits: Uint32Array, vector: number): void {
  bits[vector >> 5] = (bits[vector >> 5] as number) & ~(1 << (vector & 31));
}

function vectorsOf(bits: Uint32Array): number[] {
  const vectors: number[] = [];
  for (let vector = 0; vector < 256; vector++) {
    if ((((bits[vector >> 5] as number) >>> (vector & 31)) & 1) !== 0) vectors.push(vector);
  }
  return vectors;
}

function highest(bits: Uint32Array): number {
  for (let word = 7; word >= 0; word--) {
    const value = bits[word] as number;
    if (value !== 0) return word * 32 + 31 - Math.clz32(value);
  }
  return -1;
}
