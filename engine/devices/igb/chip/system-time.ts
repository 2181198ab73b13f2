import { WORD } from "./word.ts";

const INCREMENT_MASK = 0xff_ffff;

/** The chip's clock for time stamps: nanoseconds times TIMINCA, plus the driver's adjustments. */
export class SystemTime {
  readonly #words: Uint32Array;
  readonly #nowNanoseconds: () => number;
  #adjustment = 0;

  constructor(words: Uint32Array, nowNanoseconds: () => number) {
    this.#words = words;
    this.#nowNanoseconds = nowNanoseconds;
  }

  /** Latches the time into SYSTIML and SYSTIMH and returns the low word. */
  latch(): number {
    const attributes = this.#words[WORD.TIMINCA] as number;
    const time = Math.max(0, this.#adjustment + this.#elapsed(attributes));
    this.#words[WORD.SYSTIMH] = Math.floor(time / 4294967296);
    this.#words[WORD.SYSTIML] = time % 4294967296;
    return this.#words[WORD.SYSTIML] as number;
  }

  /** A guest's write of TIMINCA: the clock goes on from where it is. */
  writeIncrement(value: number): void {
    const before = this.#elapsed(this.#words[WORD.TIMINCA] as number);
    this.#words[WORD.TIMINCA] = value;
    this.#adjustment += this.#elapsed(value) - before;
  }

  /** A guest's write of TIMADJH: adds the 64-bit adjustment. */
  writeAdjustment(high: number): void {
    this.#words[WORD.TIMADJH] = high;
    this.#adjustment += (high | 0) * 4294967296 + (this.#words[WORD.TIMADJL] as number);
  }

  #elapsed(attributes: number): number {
    const period = Math.max(1, attributes >>> 24);
    return Math.floor((this.#nowNanoseconds() * (attributes & INCREMENT_MASK)) / (period * 16));
  }
}
