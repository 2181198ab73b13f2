import { answerTo, type PoolTask } from "../work-pool.ts";
import { doTask, type SizeTask } from "./size-task.ts";

/** The worker's side of the pool: a mode, what it carries. */
self.addEventListener("message", ({ data }: MessageEvent<PoolTask<SizeTask>>) => {
  self.postMessage(answerTo(data, doTask));
});
