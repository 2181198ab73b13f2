import type { RecordingFiles } from "#components/plain";
import type { RecordingAnswer } from "./recording-worker.ts";

/** Lays one recording after the other beside the engine's run, in a worker: only the newest has an answer. */
export class RecordingReplay {
  #worker: Worker | undefined;
  #turn = 0;
  #isBusy = false;

  /** Whether an answer is still to come. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** What comes of a recording; undefined when another was begun meanwhile, or it was cancelled. */
  async replay(read: () => Promise<RecordingFiles>): Promise<RecordingAnswer | undefined> {
    this.cancel();
    const turn = this.#turn;
    this.#isBusy = true;
    let answer: RecordingAnswer | undefined;
    try {
      const files = await read();
      if (turn === this.#turn) answer = await this.#ask(files);
    } catch (error) {
      answer = { kind: "problem", message: error instanceof Error ? error.message : String(error) };
    }
    if (turn !== this.#turn) return undefined;
    this.#isBusy = false;
    return answer;
  }

  /** Wants no answer any more. */
  cancel(): void {
    this.#turn++;
    this.#isBusy = false;
    this.#worker?.terminate();
  }

  #ask(files: RecordingFiles): Promise<RecordingAnswer> {
    const worker = new Worker(new URL("./recording-worker.ts", import.meta.url), {
      type: "module",
    });
    this.#worker = worker;
    return new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<RecordingAnswer>) => {
        worker.terminate();
        resolve(data);
      };
      worker.onerror = () => {
        resolve({
          kind: "problem",
          message: "The engine could not be loaded: is the network gone?",
        });
      };
      worker.postMessage(files);
    });
  }
}
