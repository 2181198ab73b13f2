import { availableParallelism } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { InvariantError } from "../core/assert.ts";
import { InputError } from "../core/input-error.ts";
import type { Answer, Job } from "./worker.ts";

/** Exit status of a command that was interrupted: 128 and SIGINT's number. */
export const INTERRUPTED = 130;
/** Workers at most that may be asked for. */
export const WORKERS_MAX = 64;

/** Results at the places of their jobs. */
export interface PoolRun<R> {
  readonly results: readonly (R | undefined)[];
  /** Whether it was interrupted before all were done. */
  readonly interrupted: boolean;
}

/** As many workers as the machine has CPUs for. */
export function defaultWorkers(): number {
  return Math.min(WORKERS_MAX, availableParallelism());
}

/**
 * Runs jobs in workers of this very bundle, each worker taking the next job when it is done with
 * one. An interrupt (Ctrl-C) ends the workers at once; what was done until then is kept.
 * @param onStarted Hears that the workers are at work, and that an interrupt would be heard.
 * @param onStep Hears of each step of a job that is done.
 * @throws InputError when a job's point cannot be run.
 */
export async function runJobs<R>(
  jobs: readonly Job[],
  workerCount: number,
  onStarted: (workerCount: number) => void,
  onStep: () => void,
): Promise<PoolRun<R>> {
  const results = new Array<R | undefined>(jobs.length).fill(undefined);
  const workers: Worker[] = [];
  let interrupted = false;
  let interrupt = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      interrupt = () => {
        interrupted = true;
        resolve();
      };
      process.once("SIGINT", interrupt);
      let next = 0;
      let left = jobs.length;
      if (left === 0) resolve();
      for (let count = Math.min(workerCount, jobs.length); count > 0; count--) {
        const worker = new Worker(fileURLToPath(import.meta.url));
        workers.push(worker);
        let at = next++;
        worker.on("error", reject);
        worker.on("message", (answer: Answer) => {
          if (answer.kind === "step") return onStep();
          if (answer.kind === "error") return reject(errorOf(answer));
          results[at] = answer.result as R;
          if (--left === 0) return resolve();
          at = next++;
          if (at < jobs.length) worker.postMessage(jobs[at]);
        });
        worker.postMessage(jobs[at]);
      }
      onStarted(workers.length);
    });
  } finally {
    process.off("SIGINT", interrupt);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return { results, interrupted };
}

function errorOf({ input, message }: Answer & { kind: "error" }): Error {
  return input ? new InputError(message) : new InvariantError(message);
}
