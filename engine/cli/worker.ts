import { parentPort } from "node:worker_threads";
import { assert } from "../core/assert.ts";
import { InputError } from "../core/input-error.ts";
import { runPoint } from "../sizing/run-point.ts";
import { sizeMode } from "../sizing/size-mode.ts";
import type { SizePoint, SizeResult } from "../sizing/size-point.ts";
import type { SweepPoint, SweepResult } from "../sizing/sweep-point.ts";

/** What a worker can do. */
export type Job =
  | { readonly kind: "sweep"; readonly point: SweepPoint }
  | { readonly kind: "size"; readonly point: SizePoint };

/** What it answers: that a step of the job is done, its result, or why there is none. */
export type Answer =
  | { readonly kind: "step" }
  | { readonly kind: "result"; readonly result: SweepResult | SizeResult }
  | { readonly kind: "error"; readonly input: boolean; readonly message: string };

/** Does the jobs that the main thread posts, one after another; the main thread ends it. */
export function serve(): void {
  const port = parentPort;
  assert(port !== null, "a worker has a port to its main thread");
  const answer = (what: Answer): void => port.postMessage(what);
  port.on("message", (job: Job) => {
    try {
      answer({ kind: "result", result: done(job, () => answer({ kind: "step" })) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      answer({ kind: "error", input: error instanceof InputError, message });
    }
  });
}

function done(job: Job, onStep: () => void): SweepResult | SizeResult {
  if (job.kind === "sweep") return runPoint(job.point, onStep);
  const result = sizeMode(job.point);
  onStep();
  return result;
}
