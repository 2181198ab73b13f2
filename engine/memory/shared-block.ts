import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { TraceStore } from "../trace/store.ts";
import type { GuestMemory } from "./guest-memory.ts";

/** What a block needs of the machine: the clock's moment, and that one guest access is over. */
export interface AccessClock {
  /** Time in cycles. */
  readonly nowCycles: number;
  /** Counts a guest access (kind, dictionary number, offset); time passes, what is due happens. */
  guestAccess(kind: number, where: number, offset: number): void;
}

const DRIVER = ACTORS.guestDriver.code;

/**
 * A named stretch of guest memory that driver and device share (a ring, a queue descriptor), seen
 * from the driver: each load and store is one trace row and one guest access.
 */
export class SharedBlock {
  readonly name: string;
  /** Guest-physical address of the first byte. */
  readonly base: number;
  readonly byteCount: number;
  readonly #id: number;
  readonly #view: DataView;
  readonly #trace: TraceStore;
  readonly #clock: AccessClock;

  constructor(
    name: string,
    base: number,
    byteCount: number,
    memory: GuestMemory,
    trace: TraceStore,
    clock: AccessClock,
  ) {
    this.name = name;
    this.base = base;
    this.byteCount = byteCount;
    this.#id = trace.id(name);
    this.#view = memory.window(base, byteCount);
    this.#trace = trace;
    this.#clock = clock;
  }

  /** Driver's 1-byte load. */
  load8(offset: number): number {
    return this.#loaded(offset, 1, this.#view.getUint8(offset));
  }

  /** Driver's 2-byte load. */
  load16(offset: number): number {
    return this.#loaded(offset, 2, this.#view.getUint16(offset, true));
  }

  /** Driver's 4-byte load. */
  load32(offset: number): number {
    return this.#loaded(offset, 4, this.#view.getUint32(offset, true));
  }

  /** Driver's 8-byte load; exact below 2^53, which every address is. */
  load64(offset: number): number {
    const low = this.#view.getUint32(offset, true);
    const high = this.#view.getUint32(offset + 4, true);
    const row = this.#row(KIND.ringLoad, offset, 8, 0);
    this.#trace.setBits(row, low, high);
    this.#clock.guestAccess(KIND.ringLoad, this.#id, offset);
    return high * 4294967296 + low;
  }

  /** Driver's 1-byte store. */
  store8(offset: number, value: number): void {
    this.#row(KIND.ringStore, offset, 1, value & 0xff);
    this.#view.setUint8(offset, value);
    this.#clock.guestAccess(KIND.ringStore, this.#id, offset);
  }

  /** Driver's 2-byte store. */
  store16(offset: number, value: number): void {
    this.#row(KIND.ringStore, offset, 2, value & 0xffff);
    this.#view.setUint16(offset, value, true);
    this.#clock.guestAccess(KIND.ringStore, this.#id, offset);
  }

  /** Driver's 4-byte store. */
  store32(offset: number, value: number): void {
    this.#row(KIND.ringStore, offset, 4, value >>> 0);
    this.#view.setUint32(offset, value, true);
    this.#clock.guestAccess(KIND.ringStore, this.#id, offset);
  }

  /**
   * Driver's atomic change of 4 bytes (a locked instruction): two rows, and nobody comes in between.
   * What happens during the load's access sees the new value, so it stands there from then on.
   * @returns What was there before.
   */
  update32(offset: number, change: (value: number) => number): number {
    const before = this.#view.getUint32(offset, true);
    const after = change(before) >>> 0;
    this.#row(KIND.ringLoad, offset, 4, before);
    this.#view.setUint32(offset, after, true);
    this.#clock.guestAccess(KIND.ringLoad, this.#id, offset);
    this.#row(KIND.ringStore, offset, 4, after);
    this.#clock.guestAccess(KIND.ringStore, this.#id, offset);
    return before;
  }

  /** Driver's 8-byte store of a non-negative integer below 2^53. */
  store64(offset: number, value: number): void {
    this.#storeWords(offset, value, value >>> 0, Math.floor(value / 4294967296));
  }

  /** Driver's 8-byte store of any bytes, as two 32-bit halves. */
  storeHalves(offset: number, low: number, high: number): void {
    this.#storeWords(offset, (high >>> 0) * 4294967296 + (low >>> 0), low, high);
  }

  /** Reads without a trace row: for set-up (memset), tests and inspection, never a driver's load. */
  peek32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  #loaded(offset: number, sizeBytes: number, value: number): number {
    this.#row(KIND.ringLoad, offset, sizeBytes, value);
    this.#clock.guestAccess(KIND.ringLoad, this.#id, offset);
    return value;
  }

  #storeWords(offset: number, value: number, low: number, high: number): void {
    const row = this.#row(KIND.ringStore, offset, 8, value);
    this.#trace.setBits(row, low, high);
    this.#view.setUint32(offset, low, true);
    this.#view.setUint32(offset + 4, high, true);
    this.#clock.guestAccess(KIND.ringStore, this.#id, offset);
  }

  #row(kind: number, offset: number, sizeBytes: number, value: number): number {
    const now = this.#clock.nowCycles;
    return this.#trace.row(now, kind, DRIVER, this.#id, sizeBytes, offset, value);
  }
}
