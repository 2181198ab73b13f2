import type { FlowRun } from "#components";
import { InputError } from "#engine";
import { type RunAnswer, type RunRequest, runAll } from "./run-request.ts";

/** Packets times modes from which a run leaves the page's own thread. */
const WORKER_FROM = 2500;

/** Runs requests: short ones at once, long ones in a worker that can be stopped. */
export class Runner {
  #worker: Worker | undefined;
  #reject: ((error: Error) => void) | undefined;

  /** Whether a worker is at work. */
  get busy(): boolean {
    return this.#worker !== undefined;
  }

  /** The runs of a request. Rejects with an InputError, or when `cancel` is called. */
  async run(
    request: RunRequest,
    onProgress: (done: number, all: number) => void,
  ): Promise<readonly FlowRun[]> {
    this.cancel();
    if (request.frames.length * request.modeIds.length < WORKER_FROM) return runAll(request);
    return this.#inWorker(request, onProgress);
  }

  /** Stops what a worker does; its run rejects. */
  cancel(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#reject?.(new InputError("The run was stopped; what stood here before still stands."));
    this.#reject = undefined;
  }

  #inWorker(
    request: RunRequest,
    onProgress: (done: number, all: number) => void,
  ): Promise<readonly FlowRun[]> {
    const worker = new Worker(new URL("./run-worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    const done = () => {
      worker.terminate();
      if (this.#worker === worker) this.#worker = undefined;
      this.#reject = undefined;
    };
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      worker.addEventListener("message", ({ data }: MessageEvent<RunAnswer>) => {
        if (data.kind === "progress") return onProgress(data.done, data.all);
        done();
        if (data.kind === "runs") resolve(data.runs);
        else reject(new InputError(data.message));
      });
      // A worker that cannot start (no network any more) leaves the work to the page.
      worker.addEventListener("error", () => {
        done();
        try {
          resolve(runAll(request));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      worker.postMessage(request);
    });
  }
}
