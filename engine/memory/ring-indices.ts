/** Who keeps an index: the driver in a variable, or the device in a register or variable. */
export type IndexKeeper = "driver" | "device";

/** An index of a ring that does not lie in guest memory. */
export interface RingIndex {
  /** The ring it belongs to: the name of its shared block, or of its queue. */
  readonly ring: string;
  /** The name in the driver's source or the datasheet: `next_to_clean`, `TDH`. */
  readonly name: string;
  readonly keeper: IndexKeeper;
  readonly read: () => number;
}

/**
 * The indices of rings that do not lie in guest memory, so that a reader can be shown whose turn it
 * is: where driver and device stand is half of what a ring says. For the reader's eyes only.
 */
export class RingIndices {
  readonly #all = new Map<string, RingIndex>();

  /** All of them, in the order in which they came up. */
  get all(): readonly RingIndex[] {
    return [...this.#all.values()];
  }

  /** Hands each to `hear` with its number, which it keeps. */
  forEach(hear: (index: RingIndex, number: number) => void): void {
    let number = 0;
    for (const index of this.#all.values()) hear(index, number++);
  }

  /** Makes one known; one made known again under its name replaces the former. */
  set(ring: string, keeper: IndexKeeper, name: string, read: () => number): void {
    this.#all.set(indexKey(ring, name), { ring, name, keeper, read });
  }
}

/** The name of an index among all of a machine. */
export function indexKey(ring: string, name: string): string {
  return `${ring} ${name}`;
}
