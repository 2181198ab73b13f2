import { type ExplorerRun, explorerRunOf } from "#components";
import { chosenPrices, findMode, simulate } from "#engine";
import type { RunRequest } from "../../../site/explorer/run-request.ts";
import type { SessionRunner } from "../../../site/explorer/session.ts";

/** Runs modes at once in the test, or when the test lets them, as a worker would. */
export class ARunner implements SessionRunner {
  onModes: undefined;
  /** Whether runs wait until `letGo`. */
  waits = false;
  readonly #kept = new Map<string, ExplorerRun>();
  readonly #waiting: { go: () => void; stop: (error: Error) => void }[] = [];

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  start(): void {
    this.waits = false;
  }

  async run(key: string, request: Omit<RunRequest, "turn">): Promise<ExplorerRun> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    if (this.waits) await new Promise<void>((go, stop) => void this.#waiting.push({ go, stop }));
    const { choice, prices } = request;
    const mode = findMode(choice.modeId);
    const { knobs } = choice;
    const run = explorerRunOf(
      simulate({ ...request, mode, knobs, prices: chosenPrices(prices), history: true }),
    );
    this.#kept.set(key, run);
    return run;
  }

  /** Lets the runs that wait end. */
  letGo(): void {
    for (const { go } of this.#waiting.splice(0)) go();
  }

  cancel(): void {
    for (const { stop } of this.#waiting.splice(0)) stop(new Error("The run was stopped."));
  }
}
