import { answerTo, type PoolTask } from "../work-pool.ts";
import { type CountRequest, countMode } from "./cost-count.ts";

/** The worker's side of the pool: a mode, its count. */
self.addEventListener("message", ({ data }: MessageEvent<PoolTask<CountRequest>>) => {
  self.postMessage(answerTo(data, countMode));
});
