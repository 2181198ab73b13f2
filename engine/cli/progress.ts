import { performance } from "node:perf_hooks";
import { stderr } from "node:process";

const QUIET_MS = 2000;
const INTERVAL_MS = 100;

/** Where progress is shown: standard error, or what a test puts in its place. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Progress on standard error: only after two seconds, and only when a person is watching. */
export class Progress {
  readonly #label: string;
  readonly #stream: ProgressStream;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #lastMs = -Infinity;
  #shown = false;

  constructor(label: string, stream: ProgressStream = stderr, nowMs = () => performance.now()) {
    this.#label = label;
    this.#stream = stream;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  /** Shows how much is done; cheap enough to be called often. */
  show(done: number, all: number): void {
    if (this.#stream.isTTY !== true) return;
    const now = this.#nowMs();
    if (now - this.#startMs < QUIET_MS || now - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = now;
    this.#shown = true;
    const percent = Math.floor((100 * done) / all);
    this.#stream.write(`\r\x1b[K${this.#label} ${done} of ${all} (${percent} %)`);
  }

  /** Clears the line. */
  end(): void {
    if (this.#shown) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }
}
