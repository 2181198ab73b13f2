import { assert } from "./assert.ts";
import type { Schedule } from "./schedule.ts";
import { HOST_THREAD_COUNT, type HostThread, type Task } from "./task.ts";

/** A binary heap of tasks by due time, then by order of posting. */
export class TaskQueue {
  readonly #heap: Task[] = [];
  #sequence = 0;
  #backgroundCount = 0;
  readonly #threadCounts = new Int32Array(HOST_THREAD_COUNT);

  /** Number of waiting tasks. */
  get size(): number {
    return this.#heap.length;
  }

  /** Number of waiting tasks that are not background work. */
  get foregroundCount(): number {
    return this.#heap.length - this.#backgroundCount;
  }

  /** Due time of the earliest task in cycles, or Infinity. */
  get dueCycles(): number {
    const first = this.#heap[0];
    return first === undefined ? Infinity : first.dueCycles;
  }

  /** Adds a task that is not queued. */
  push(task: Task, dueCycles: number): void {
    assert(!task.queued, "a task is posted once until it has run");
    task.queued = true;
    task.dueCycles = dueCycles;
    task.sequence = this.#sequence++;
    if (task.background) this.#backgroundCount++;
    if (task.thread >= 0) this.#threadCounts[task.thread] = this.countOf(task.thread) + 1;
    this.#heap.push(task);
    this.#up(this.#heap.length - 1);
  }

  /** Takes the earliest task out. */
  pop(): Task | undefined {
    const first = this.#heap[0];
    if (first !== undefined) this.#removeAt(0);
    return first;
  }

  /** Takes one given task out, if it waits here. */
  remove(task: Task): boolean {
    const at = task.queued ? this.#heap.indexOf(task) : -1;
    if (at < 0) return false;
    this.#removeAt(at);
    return true;
  }

  /** The earliest task that satisfies kind and stream (stream -1: any), or undefined. */
  find(handOver: number, stream: number): Task | undefined {
    let best: Task | undefined;
    for (const task of this.#heap) {
      if (task.handOver !== handOver || (stream >= 0 && task.stream !== stream)) continue;
      if (best === undefined || before(task, best)) best = task;
    }
    return best;
  }

  /** Number of waiting tasks of one thread. */
  countOf(thread: HostThread): number {
    return this.#threadCounts[thread] ?? 0;
  }

  /** The earliest task of one thread, or undefined. */
  findOfThread(thread: HostThread): Task | undefined {
    let best: Task | undefined;
    for (const task of this.#heap) {
      if (task.thread === thread && (best === undefined || before(task, best))) best = task;
    }
    return best;
  }

  /** The earliest task due by `nowCycles` that no point of the schedule decides, or undefined. */
  findFree(schedule: Schedule, nowCycles: number): Task | undefined {
    let best: Task | undefined;
    for (const task of this.#heap) {
      if (task.dueCycles > nowCycles || schedule.covers(task.handOver, task.stream)) continue;
      if (best === undefined || before(task, best)) best = task;
    }
    return best;
  }

  #removeAt(at: number): void {
    const heap = this.#heap;
    const task = heap[at] as Task;
    const last = heap.pop() as Task;
    task.queued = false;
    if (task.background) this.#backgroundCount--;
    if (task.thread >= 0) this.#threadCounts[task.thread] = this.countOf(task.thread) - 1;
    if (task === last) return;
    heap[at] = last;
    this.#up(at);
    this.#down(at);
  }

  #up(from: number): void {
    const heap = this.#heap;
    const task = heap[from] as Task;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent] as Task;
      if (!before(task, other)) break;
      heap[at] = other;
      at = parent;
    }
    heap[at] = task;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const task = heap[from] as Task;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Task, heap[child] as Task)) child++;
      if (!before(heap[child] as Task, task)) break;
      heap[at] = heap[child] as Task;
      at = child;
    }
    heap[at] = task;
  }
}

function before(a: Task, b: Task): boolean {
  return a.dueCycles < b.dueCycles || (a.dueCycles === b.dueCycles && a.sequence < b.sequence);
}
