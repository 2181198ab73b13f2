/** A core that looks instead of being told: it hears of every moment at which there may be something. */
export interface Poller {
  /** Something happened in the machine: if there is work now, the next poll will find it. */
  look(): void;
}
