/**
 * Instructions that keep faulting: how often each one did, and which have become callouts. Adams
 * and Agesen (ASPLOS 2006), 3.3 "Adaptive binary translation".
 */
export class AdaptedSites {
  readonly #enabled: boolean;
  readonly #faultsMax: number;
  readonly #faults = new Map<bigint, number>();
  readonly #adapted = new Set<bigint>();

  /** @param faultsMax Hidden faults of one instruction before it becomes a callout, from 1. */
  constructor(enabled: boolean, faultsMax: number) {
    this.#enabled = enabled;
    this.#faultsMax = faultsMax;
  }

  /** Whether the instruction at a guest address shall be a callout. */
  has(address: bigint): boolean {
    return this.#adapted.has(address);
  }

  /** Faults of the instruction at a guest address so far. */
  faultCount(address: bigint): number {
    return this.#faults.get(address) ?? 0;
  }

  /** Counts a hidden fault. @returns Whether the instruction becomes a callout by it. */
  faulted(address: bigint): boolean {
    const count = this.faultCount(address) + 1;
    this.#faults.set(address, count);
    if (!this.#enabled || count !== this.#faultsMax) return false;
    this.#adapted.add(address);
    return true;
  }
}
