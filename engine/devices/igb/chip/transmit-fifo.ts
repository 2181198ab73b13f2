import { RESOURCES } from "../../../core/resource.ts";
import type { Clock } from "../../../core/clock.ts";

/** The 82576's transmit packet buffer in bytes (datasheet 2.63, 4.5.10.4 "Packet Buffers"). */
const FIFO_BYTES = 40 << 10;
const FRAMES_MAX = 1024;

/**
 * What the chip has fetched and not yet sent, where time is counted: it fetches no further than its
 * packet buffer reaches, so that its driver is held up by a slow wire.
 */
export class TransmitFifo {
  readonly #clock: Clock;
  readonly #outAtCycles = new Float64Array(FRAMES_MAX);
  readonly #bytes = new Uint32Array(FRAMES_MAX);
  #first = 0;
  #count = 0;
  #held = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** When the next frame can be fetched, in cycles: now, or when enough has left. */
  get roomAtCycles(): number {
    const { nowCycles } = this.#clock;
    while (this.#count > 0 && (this.#outAtCycles[this.#first] as number) <= nowCycles) this.#drop();
    const full = this.#held >= FIFO_BYTES || this.#count === FRAMES_MAX;
    return full ? (this.#outAtCycles[this.#first] as number) : nowCycles;
  }

  /** A frame has been put on the wire, or behind what waits for it. */
  sent(byteCount: number): void {
    if (!this.#clock.timed || this.#count === FRAMES_MAX) return;
    const at = (this.#first + this.#count++) % FRAMES_MAX;
    this.#outAtCycles[at] = this.#clock.freeAtCycles[RESOURCES.wireOut.code] as number;
    this.#bytes[at] = byteCount;
    this.#held += byteCount;
  }

  #drop(): void {
    this.#held -= this.#bytes[this.#first] as number;
    this.#first = (this.#first + 1) % FRAMES_MAX;
    this.#count--;
  }
}
