/** Changes of the address at once; browsers refuse more than 100 to 200 in ten to thirty seconds. */
const BURST = 30;
/** Milliseconds in which one more is allowed. */
const REFILL_MS = 350;

/** Keeps the page's address up to date, and never so often that a browser would refuse it. */
export class AddressKeeper {
  readonly #write: (address: string) => void;
  readonly #now: () => number;
  #left = BURST;
  #filledAt: number;
  #timer = 0;
  #wanted = "";

  /**
   * @param write Puts an address into the browser's bar.
   * @param now Milliseconds, from any beginning.
   */
  constructor(write: (address: string) => void, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
    this.#filledAt = now();
  }

  /** Writes an address now, or, after many at once, the last one a little later. */
  put(address: string): void {
    this.#wanted = address;
    if (this.#timer !== 0) return;
    const refills = Math.floor((this.#now() - this.#filledAt) / REFILL_MS);
    this.#filledAt += refills * REFILL_MS;
    this.#left = Math.min(BURST, this.#left + refills);
    if (this.#left > 0) {
      this.#left--;
      this.#write(address);
    } else {
      this.#timer = window.setTimeout(() => {
        this.#timer = 0;
        this.put(this.#wanted);
      }, REFILL_MS);
    }
  }
}
