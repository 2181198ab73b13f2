import { transferList } from "#components/runs";
import { catalogueOf } from "./catalogue.ts";
import { type RunAnswer, type RunRequest, runOf } from "./run-request.ts";

const answer = (message: RunAnswer, transfers: Transferable[] = []) =>
  self.postMessage(message, { transfer: transfers });

/** The worker's side of `RunRequest`: it says what modes there are, then answers each request. */
self.addEventListener("message", ({ data }: MessageEvent<RunRequest>) => {
  const { turn } = data;
  try {
    const run = runOf(data, (done, all) => answer({ kind: "progress", turn, done, all }));
    answer({ kind: "run", turn, run }, transferList(run));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: "problem", turn, message });
  }
});

answer({ kind: "modes", modes: catalogueOf() });
