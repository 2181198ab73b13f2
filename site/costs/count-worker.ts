import { answerTo, type CountTask } from "./count-pool.ts";

/** The worker's side of the pool: a mode, its count. */
self.addEventListener("message", ({ data }: MessageEvent<CountTask>) => {
  self.postMessage(answerTo(data));
});
