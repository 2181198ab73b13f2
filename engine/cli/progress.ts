import { stderr } from "node:process";
import { performance } from "node:perf_hooks";

const QUIET_MS = 2000;
const INTERVAL_MS = 100;

/** Progress on standard error: only after two seconds, and only when a person is watching. */
export class Progress {
  readonly #label: string;
  readonly #startMs = performance.now();
  #lastMs = 0;
  #shown = false;

  constructor(label: string) {
    this.#label = label;
  }

  /** Shows how much is done; cheap enough to be called often. */
  show(done: number, all: number): void {
    if (!stderr.isTTY) return;
    const now = performance.now();
    if (now - this.#startMs < QUIET_MS || now - this.#lastMs < INTERVAL_MS) return;
    this.#lastMs = now;
    this.#shown = true;
    stderr.write(`\r\x1b[K${this.#label} ${done} of ${all} (${Math.floor((100 * done) / all)} %)`);
  }

  /** Clears the line. */
  end(): void {
    if (this.#shown) stderr.write("\r\x1b[K");
  }
}
