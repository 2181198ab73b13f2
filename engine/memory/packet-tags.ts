const GRANULE_BITS = 6;

/**
 * Which packet lies in which buffer, by 64-byte granules of guest memory: so that rows of a device
 * or driver, which know only addresses, can name the packet they work on. For the reader's eyes
 * only: nothing behaves by it.
 */
export class PacketTags {
  readonly #tags: Int32Array;

  constructor(guestBytes: number) {
    this.#tags = new Int32Array((guestBytes >> GRANULE_BITS) + 1).fill(-1);
  }

  /** Says that the buffer at `address` now holds `packet`. */
  set(address: number, packet: number): void {
    const at = Math.floor(address / (1 << GRANULE_BITS));
    if (at >= 0 && at < this.#tags.length) this.#tags[at] = packet;
  }

  /** The packet whose buffer begins at `address`, or -1. */
  get(address: number): number {
    return this.#tags[Math.floor(address / (1 << GRANULE_BITS))] ?? -1;
  }
}
