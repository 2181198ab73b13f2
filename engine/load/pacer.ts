import type { Random } from "../core/random.ts";

/** Says when packets are due. */
export interface Pacer {
  /** When the next packet is due, in cycles, or undefined while that is not known. */
  peek(): number | undefined;
  /** The next packet sets out. */
  take(): void;
  /** A packet has arrived or was lost; whether that makes another one due. */
  settled(cycles: number): boolean;
}

/** Packets are due at a rate, whatever becomes of them: the n-th n gaps after the start. */
export class OpenPacer implements Pacer {
  readonly #startCycles: number;
  readonly #gapCycles: number;
  readonly #random: Random | undefined;
  #count = 0;
  #dueCycles: number;

  /** @param random Where exponential gaps come from; without it all gaps are the same. */
  constructor(startCycles: number, gapCycles: number, random: Random | undefined) {
    this.#startCycles = startCycles;
    this.#gapCycles = gapCycles;
    this.#random = random;
    this.#dueCycles = startCycles;
  }

  peek(): number {
    return this.#dueCycles;
  }

  take(): void {
    this.#count++;
    const random = this.#random;
    // Multiplied, not added up, so that no error grows.
    if (random === undefined) this.#dueCycles = this.#startCycles + this.#count * this.#gapCycles;
    else this.#dueCycles -= Math.log(1 - random.fraction()) * this.#gapCycles;
  }

  settled(): boolean {
    return false;
  }
}

/** A packet is due when another has come to its end, some time to think later. */
export class ClosedPacer implements Pacer {
  readonly #thinkCycles: number;
  readonly #due: number[];
  #first = 0;

  constructor(startCycles: number, outstanding: number, thinkCycles: number) {
    this.#thinkCycles = thinkCycles;
    this.#due = new Array<number>(outstanding).fill(startCycles);
  }

  peek(): number | undefined {
    return this.#due[this.#first];
  }

  take(): void {
    this.#first++;
  }

  settled(cycles: number): boolean {
    const due = this.#due;
    due.push(cycles + this.#thinkCycles);
    // Ends are told in the machine's order of calls, which is nearly that of time.
    for (let at = due.length - 1; at > this.#first; at--) {
      const before = due[at - 1] as number;
      if (before <= (due[at] as number)) break;
      due[at - 1] = due[at] as number;
      due[at] = before;
    }
    return true;
  }
}
