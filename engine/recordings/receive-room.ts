/** What becomes of a frame that is offered: stored, kept by the host without a sign, or too much. */
export type Outcome = "stored" | "kept" | "overflow" | "nothing";

/** Where an RTL8139 puts received frames, as far as its room goes. */
export interface ReceiveRoom {
  /** Frames stored and not taken yet. */
  readonly count: number;
  /** Whether the chip would accept a frame while overflow interrupts are masked. */
  readonly hasRoom: boolean;
  /** A frame arrives. */
  offer(byteCount: number, masked: boolean): Outcome;
  /** A frame is stored, whatever the room. */
  store(byteCount: number): void;
  /** The driver takes the oldest frame: what becomes of one that the host kept. */
  take(): Outcome;
}

/** 8139too's receive buffer. */
const BUFFER_BYTES = 32768;
const LARGEST_FRAME_BYTES = 1514;
/** Of this size a frame occupies no byte. */
const NOTHING = -8;
/** 8139cp's receive ring. */
const RING_ENTRIES = 64;

/** The receive buffer of C mode: frames with header and CRC, aligned to 4 bytes. */
export class BufferRoom implements ReceiveRoom {
  readonly #stored: number[] = [];
  readonly #kept: number[] = [];
  #usedBytes = 0;

  /** @param waiting Sizes of frames that are in it already. */
  constructor(waiting: readonly number[]) {
    for (const byteCount of waiting) this.store(byteCount);
  }

  get count(): number {
    return this.#stored.length;
  }

  get hasRoom(): boolean {
    return this.#usedBytes === 0 || BUFFER_BYTES - this.#usedBytes >= LARGEST_FRAME_BYTES;
  }

  offer(byteCount: number, masked: boolean): Outcome {
    if (this.#kept.length === 0 && this.#fits(byteCount) && (this.hasRoom || !masked)) {
      this.store(byteCount);
      return "stored";
    }
    const first = this.#kept.length === 0;
    this.#kept.push(byteCount);
    return first && !masked ? "overflow" : "kept";
  }

  store(byteCount: number): void {
    this.#stored.push(byteCount);
    this.#usedBytes += occupied(byteCount);
  }

  take(): Outcome {
    this.#usedBytes -= occupied(this.#stored.shift() ?? NOTHING);
    const next = this.#kept[0];
    if (next === undefined) return "nothing";
    if (!this.#fits(next)) return "overflow";
    this.#kept.shift();
    this.store(next);
    return "stored";
  }

  #fits(byteCount: number): boolean {
    return this.#usedBytes === 0 || occupied(byteCount) < BUFFER_BYTES - this.#usedBytes;
  }
}

/** The receive ring of C+ mode: what finds no descriptor is lost. */
export class RingRoom implements ReceiveRoom {
  readonly #entries: number;
  count = 0;

  /** @param recorded Whether the driver's accesses to the ring are recorded: else no end is known. */
  constructor(recorded: boolean) {
    this.#entries = recorded ? RING_ENTRIES : Infinity;
  }

  get hasRoom(): boolean {
    return true;
  }

  offer(): Outcome {
    if (this.count >= this.#entries) return "overflow";
    this.count++;
    return "stored";
  }

  store(): void {
    this.count++;
  }

  take(): Outcome {
    this.count = Math.max(0, this.count - 1);
    return "nothing";
  }
}

function occupied(byteCount: number): number {
  return (byteCount + 8 + 3) & ~3;
}
