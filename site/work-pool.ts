/** What a worker of a pool is given: a task, and the number of the order that it belongs to. */
export interface PoolTask<Task> {
  readonly turn: number;
  readonly task: Task;
}

/** What came of it: a result, or what was wrong. */
export type PoolAnswer<Task, Result> = PoolTask<Task> &
  ({ readonly result: Result } | { readonly problem: string });

/** Who hears of an order: of each task, and of the end. */
export interface PoolListener<Task, Result> {
  result(task: Task, result: Result): void;
  problem(task: Task, problem: string): void;
  done?(): void;
}

const WORKERS_MAX = 8;

/** Does a task; what is wrong with it becomes a sentence. */
export function answerTo<Task, Result>(
  { turn, task }: PoolTask<Task>,
  work: (task: Task) => Result,
): PoolAnswer<Task, Result> {
  try {
    return { turn, task, result: work(task) };
  } catch (error) {
    return { turn, task, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Does tasks in workers that stay; a new order takes the place of the one before. */
export class WorkPool<Task, Result> {
  readonly #start: () => Worker;
  readonly #work: (task: Task) => Result;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  #waiting: PoolTask<Task>[] = [];
  #turn = 0;
  #left = 0;
  #listener: PoolListener<Task, Result> | undefined;

  /**
   * @param start Starts a worker that answers each {@link PoolTask} with a {@link PoolAnswer}.
   * @param work The same work, for when a worker cannot start: no network any more.
   */
  constructor(start: () => Worker, work: (task: Task) => Result) {
    this.#start = start;
    this.#work = work;
  }

  /** Begins with tasks; the listener hears of each unless another order comes in the meantime. */
  order(tasks: readonly Task[], listener: PoolListener<Task, Result>): void {
    const turn = ++this.#turn;
    this.#waiting = tasks.map((task) => ({ turn, task }));
    this.#left = tasks.length;
    this.#listener = listener;
    const wanted = Math.min(WORKERS_MAX, Math.max(1, navigator.hardwareConcurrency), tasks.length);
    while (this.#workers.length < wanted) {
      const worker = this.#start();
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
    while (this.#idle.length > 0 && this.#waiting.length > 0) this.#feed(this.#idle.pop());
  }

  /** Stops everything at once: nothing is heard of any more. */
  cancel(): void {
    this.#turn++;
    this.#waiting = [];
    for (const worker of this.#workers) worker.terminate();
    this.#workers.length = 0;
    this.#idle.length = 0;
  }

  #feed(worker: Worker | undefined): void {
    if (worker === undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#idle.push(worker);
      return;
    }
    worker.onmessage = ({ data }: MessageEvent<PoolAnswer<Task, Result>>) => {
      this.#answered(worker, data);
    };
    worker.onerror = () => this.#answered(worker, answerTo(next, this.#work));
    worker.postMessage(next);
  }

  #answered(worker: Worker, answer: PoolAnswer<Task, Result>): void {
    // A worker that was at an order before takes up the new one.
    this.#feed(worker);
    if (answer.turn !== this.#turn) return;
    if ("result" in answer) this.#listener?.result(answer.task, answer.result);
    else this.#listener?.problem(answer.task, answer.problem);
    if (--this.#left === 0) this.#listener?.done?.();
  }
}
