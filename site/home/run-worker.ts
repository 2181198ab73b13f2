import { type RunAnswer, type RunRequest, runAll } from "./run-request.ts";

/** The worker's side of `RunRequest`: one request, answers until it is done. */
self.addEventListener("message", ({ data }: MessageEvent<RunRequest>) => {
  const answer = (message: RunAnswer) => self.postMessage(message);
  try {
    const runs = runAll(data, (done, all) => answer({ kind: "progress", done, all }));
    answer({ kind: "runs", runs });
  } catch (error) {
    answer({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  }
});
