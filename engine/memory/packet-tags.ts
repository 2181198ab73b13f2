const GRANULE_BITS = 4;

/**
 * Which packet lies in which buffer, by 16-byte granules of guest memory: so that rows of a device
 * or driver, which know only addresses, can name the packet they work on. For the reader's eyes
 * only: nothing behaves by it.
 */
export class PacketTags {
  /** Packets counted from 1; 0 is none, so that untouched memory costs nothing. */
  readonly #tags: Int32Array;

  /** Hears of each buffer that holds a packet now, or none (-1). */
  onSet: ((address: number, packet: number) => void) | undefined;

  constructor(guestBytes: number) {
    this.#tags = new Int32Array((guestBytes >> GRANULE_BITS) + 1);
  }

  /** Says that the buffer at `address` now holds `packet`; -1 for none. */
  set(address: number, packet: number): void {
    const at = Math.floor(address / (1 << GRANULE_BITS));
    if (at < 0 || at >= this.#tags.length) return;
    this.#tags[at] = packet + 1;
    this.onSet?.(address, packet);
  }

  /** The packet whose buffer begins at `address`, or -1. */
  get(address: number): number {
    return (this.#tags[Math.floor(address / (1 << GRANULE_BITS))] ?? 0) - 1;
  }
}
