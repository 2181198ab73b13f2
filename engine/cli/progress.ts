import { performance } from "node:perf_hooks";
import { stderr } from "node:process";

const QUIET_MS = 2000;
const INTERVAL_MS = 100;
/** Characters of a bar. */
export const BAR_WIDTH = 24;

/** Where progress is shown: standard error, or what a test puts in its place. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** How progress is shown, and by which clock. */
export interface ProgressOptions {
  readonly stream?: ProgressStream;
  readonly nowMs?: () => number;
  /** Characters of a bar before the numbers, default none. */
  readonly barWidth?: number;
}

/** Progress on standard error: only after two seconds, and only when a person is watching. */
export class Progress {
  readonly #label: string;
  readonly #stream: ProgressStream;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  readonly #barWidth: number;
  #lastMs = -Infinity;
  #shown = false;

  constructor(label: string, options: ProgressOptions = {}) {
    this.#label = label;
    this.#stream = options.stream ?? stderr;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#barWidth = options.barWidth ?? 0;
    this.#startMs = this.#nowMs();
  }

  /** Shows how much is done; cheap enough to be called often. */
  show(done: number, all: number): void {
    if (this.#stream.isTTY !== true) return;
    const now = this.#nowMs();
    if (now - this.#startMs < QUIET_MS || now - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = now;
    this.#shown = true;
    const percent = Math.floor((100 * done) / all);
    this.#stream.write(
      `\r\x1b[K${this.#label} ${this.#bar(done, all)}${done} of ${all} (${percent} %)`,
    );
  }

  /** Clears the line. */
  end(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }

  #bar(done: number, all: number): string {
    if (this.#barWidth === 0) return "";
    const full = Math.floor((this.#barWidth * done) / all);
    return `[${"#".repeat(full)}${".".repeat(this.#barWidth - full)}] `;
  }
}
