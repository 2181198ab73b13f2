import { INIT_GEN } from "./descriptors.ts";

/** One ring as the device sees it: where it stands and which generation is current. */
export class DeviceRing {
  /** Guest-physical address of entry 0. */
  address = 0;
  /** Number of entries; 0 before activation. */
  size = 0;
  /** Entry that comes next, 0-based. */
  next = 0;
  /** The generation bit of the current round; 0 before activation, as memory is. */
  gen = 0;
  readonly #entryBytes: number;

  /** @param entryBytes Size of an entry in bytes. */
  constructor(entryBytes: number) {
    this.#entryBytes = entryBytes;
  }

  /** Starts the ring anew; sizes beyond `sizeMax` are cut, as the model does. */
  init(address: number, size: number, sizeMax: number): void {
    this.address = address;
    this.size = Math.min(size, sizeMax);
    this.gen = INIT_GEN;
    this.next = 0;
  }

  /** Guest-physical address of the entry that comes next. */
  get entryAddress(): number {
    return this.address + this.next * this.#entryBytes;
  }

  /** Goes on by one entry; the generation flips at the end. */
  advance(): void {
    this.next++;
    if (this.next < this.size) return;
    this.next = 0;
    this.gen ^= 1;
  }

  /** Takes one `advance` back. */
  retreat(): void {
    if (this.next > 0) {
      this.next--;
      return;
    }
    this.next = Math.max(this.size - 1, 0);
    this.gen ^= 1;
  }
}
