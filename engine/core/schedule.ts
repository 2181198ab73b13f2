import type { HandOver } from "./task.ts";

/** One moment taken from a recording: this hand-over happens after that many guest accesses. */
export interface SchedulePoint {
  readonly handOver: HandOver;
  /** The stream of the hand-over (queue, timer, vector), or -1 for any. */
  readonly stream: number;
  /** Guest accesses counted since the schedule was installed. */
  readonly afterAccesses: number;
}

/**
 * The order of races as a recording shows it: points in time and nothing else. What each thread
 * does at its point follows from the models. Points are used strictly in order.
 */
export class Schedule {
  readonly #points: readonly SchedulePoint[];
  #next = 0;
  /** Points that were used while their hand-over was really waiting. */
  takenCount = 0;
  /** Points whose hand-over was not waiting when nothing else was left to do. */
  missedCount = 0;

  constructor(points: readonly SchedulePoint[]) {
    this.#points = points;
  }

  /** Number of points in all. */
  get size(): number {
    return this.#points.length;
  }

  /** The point that comes next, or undefined when all are used. */
  get next(): SchedulePoint | undefined {
    return this.#points[this.#next];
  }

  /** Marks the next point as used. */
  take(): void {
    this.#next++;
    this.takenCount++;
  }

  /** Gives the next point up: its hand-over never came. */
  miss(): void {
    this.#next++;
    this.missedCount++;
  }
}
