import { type CountRequest, countMode, type ModeCount } from "./cost-count.ts";

/** What a worker is given: a mode to count, and the number of the order. */
export interface CountTask {
  readonly turn: number;
  readonly request: CountRequest;
}

/** What came of it: a count, or what was wrong. */
export type CountAnswer = CountTask &
  ({ readonly count: ModeCount } | { readonly problem: string });

const WORKERS_MAX = 4;

/** Counts a mode; what is wrong with the request becomes a sentence. */
export function answerTo({ turn, request }: CountTask): CountAnswer {
  try {
    return { turn, request, count: countMode(request) };
  } catch (error) {
    return { turn, request, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Counts modes in workers that stay; a new order takes the place of the one before. */
export class CountPool {
  readonly #idle: Worker[] = [];
  #started = 0;
  #waiting: CountTask[] = [];
  #turn = 0;
  #hear: (answer: CountAnswer) => void = () => {};

  /** Begins to count; answers are heard one by one, unless another order came in the meantime. */
  order(requests: readonly CountRequest[], hear: (answer: CountAnswer) => void): void {
    const turn = ++this.#turn;
    this.#waiting = requests.map((request) => ({ turn, request }));
    this.#hear = hear;
    const wanted = Math.min(WORKERS_MAX, Math.max(1, navigator.hardwareConcurrency));
    while (this.#started < Math.min(wanted, requests.length)) this.#idle.push(this.#start());
    while (this.#idle.length > 0 && this.#waiting.length > 0) this.#feed(this.#idle.pop());
  }

  #start(): Worker {
    this.#started++;
    return new Worker(new URL("./count-worker.ts", import.meta.url), { type: "module" });
  }

  #feed(worker: Worker | undefined): void {
    const task = this.#waiting.shift();
    if (worker === undefined || task === undefined) {
      if (worker !== undefined) this.#idle.push(worker);
      return;
    }
    const answered = (answer: CountAnswer) => {
      if (answer.turn === this.#turn) this.#hear(answer);
      this.#feed(worker);
    };
    worker.onmessage = ({ data }: MessageEvent<CountAnswer>) => answered(data);
    // A worker that cannot start (no network any more) leaves the work to the page.
    worker.onerror = () => answered(answerTo(task));
    worker.postMessage(task);
  }
}
