import type { FlowRun } from "#components/plain";
import { InputError } from "#engine";
import type { RunAnswer, RunRequest } from "./run-request.ts";

/** Runs requests in a worker that can be stopped; the page itself does without the engine. */
export class Runner {
  #worker: Worker | undefined;
  #reject: ((error: Error) => void) | undefined;

  /** Loads the worker ahead, so that it is there when it is wanted and when the network is gone. */
  start(): void {
    this.#worker ??= begin();
  }

  /** Whether a run is under way. */
  get busy(): boolean {
    return this.#reject !== undefined;
  }

  /** The runs of a request. Rejects with an InputError, or when `cancel` is called. */
  async run(
    request: RunRequest,
    onProgress: (done: number, all: number) => void,
  ): Promise<readonly FlowRun[]> {
    this.cancel();
    this.start();
    const worker = this.#worker as Worker;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      worker.onmessage = ({ data }: MessageEvent<RunAnswer>) => {
        if (data.kind === "progress") return onProgress(data.done, data.all);
        this.#reject = undefined;
        if (data.kind === "runs") resolve(data.runs);
        else reject(new InputError(data.message));
      };
      worker.onerror = () => {
        this.#worker = undefined;
        this.#reject = undefined;
        reject(
          new InputError("The engine could not be loaded: is the network gone? Reload the page."),
        );
      };
      worker.postMessage(request);
    });
  }

  /** Stops what is under way; its run rejects. */
  cancel(): void {
    if (!this.busy) return;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#reject?.(new InputError("The run was stopped; what stood here before still stands."));
    this.#reject = undefined;
  }
}

function begin(): Worker {
  return new Worker(new URL("./run-worker.ts", import.meta.url), { type: "module" });
}
