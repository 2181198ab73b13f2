import { answerTo, type PoolTask } from "../work-pool.ts";
import { doPrediction, type PredictionTask } from "./prediction-task.ts";

/** The worker's side of the pool: a point, its prediction. */
self.addEventListener("message", ({ data }: MessageEvent<PoolTask<PredictionTask>>) => {
  self.postMessage(answerTo(data, doPrediction));
});
