import { type ExplorerRun, openRun } from "#components/plain";
import { InputError } from "#engine";
import type { ModeEntry } from "./catalogue.ts";
import type { RunAnswer, RunRequest } from "./run-request.ts";

/** Runs kept for a way back; big ones push the others out. */
const KEPT_ROWS_MAX = 3_000_000;
const KEPT_MAX = 12;

interface Waiting {
  readonly resolve: (run: ExplorerRun) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (done: number, all: number) => void;
}

/** Runs modes in a worker that stays, and keeps what came of the last ones. */
export class Runner {
  /** Hears what modes there are, once. */
  onModes: ((modes: readonly ModeEntry[]) => void) | undefined;
  #worker: Worker | undefined;
  #turn = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #kept = new Map<string, ExplorerRun>();

  /** Starts the worker ahead, so that the modes are known. */
  start(): void {
    this.#worker ??= this.#begin();
  }

  /** Whether a run is under way. */
  get busy(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * The run of a request, from the kept ones if it is there.
   * @param key What the run depends on: equal keys, equal runs.
   * @throws InputError when the engine refuses it, or it is stopped.
   */
  run(
    key: string,
    request: Omit<RunRequest, "turn">,
    onProgress: (done: number, all: number) => void,
  ): Promise<ExplorerRun> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return Promise.resolve(kept);
    }
    this.start();
    const turn = ++this.#turn;
    const answer = new Promise<ExplorerRun>((resolve, reject) => {
      this.#waiting.set(turn, { resolve, reject, onProgress });
    });
    this.#worker?.postMessage({ ...request, turn } satisfies RunRequest);
    return answer.then((run) => {
      this.#keep(key, run);
      return run;
    });
  }

  /** Stops what is under way; its runs reject. */
  cancel(): void {
    if (!this.busy) return;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll("The run was stopped; what stood here before still stands.");
  }

  #begin(): Worker {
    const worker = new Worker(new URL("./run-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<RunAnswer>) => this.#hear(data));
    worker.addEventListener("error", () => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#rejectAll("The engine could not be loaded: is the network gone? Reload the page.");
    });
    return worker;
  }

  #hear(answer: RunAnswer): void {
    if (answer.kind === "modes") {
      this.onModes?.(answer.modes);
      return;
    }
    const waiting = this.#waiting.get(answer.turn);
    if (waiting === undefined) return;
    if (answer.kind === "progress") {
      waiting.onProgress(answer.done, answer.all);
      return;
    }
    this.#waiting.delete(answer.turn);
    if (answer.kind === "run") waiting.resolve(openRun(answer.run));
    else waiting.reject(new InputError(answer.message));
  }

  #rejectAll(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new InputError(message));
    this.#waiting.clear();
  }

  #keep(key: string, run: ExplorerRun): void {
    this.#kept.set(key, run);
    const rows = () => [...this.#kept.values()].reduce((sum, { trace }) => sum + trace.length, 0);
    while (this.#kept.size > 1 && (this.#kept.size > KEPT_MAX || rows() > KEPT_ROWS_MAX)) {
      const [oldest] = this.#kept.keys();
      if (oldest === undefined || oldest === key) break;
      this.#kept.delete(oldest);
    }
  }
}
