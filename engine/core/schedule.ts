import { HAND_OVER, type HandOver } from "./task.ts";

/** One moment taken from a recording: this hand-over happens after that many guest accesses. */
export interface SchedulePoint {
  readonly handOver: HandOver;
  /** The stream of the hand-over (queue, timer, vector), or -1 for any. */
  readonly stream: number;
  /** Guest accesses that the schedule counts, since it was installed. */
  readonly afterAccesses: number;
  /** Not before the guest has nothing left to do; default false: as soon as that many are over. */
  readonly whenIdle?: boolean;
  /** Not before the guest has interrupts enabled; default false. */
  readonly whenInterruptible?: boolean;
  /**
   * Datagrams that the application has handed over since the last counted access (its queue is
   * stopped, so nothing else shows them); default 0. A guest at rest does not wait for them.
   */
  readonly afterSends?: number;
  /** Dropped at once when its hand-over does not wait (the empty turn that ends a batch). */
  readonly optional?: boolean;
}

/**
 * Whether a guest access counts: a recording without ring accesses measures its points without them.
 * @param kind Code of the access's trace row; `KIND.lapicEoi` for an EOI.
 * @param where Dictionary number of its region or block.
 * @param offset Offset in it.
 */
export type CountsAccess = (kind: number, where: number, offset: number) => boolean;

/**
 * The order of races as a recording shows it: points in time and nothing else. What each thread
 * does at its point follows from the models. Points are used strictly in order.
 */
export class Schedule {
  readonly #points: readonly SchedulePoint[];
  /** Whether interrupts are taken at points only; false: whenever the hypervisor lets them in. */
  readonly interruptsAtPoints: boolean;
  readonly #counts: CountsAccess;
  #next = 0;
  /** Whether the sender's queue is stopped. */
  readonly holdsSends: () => boolean;
  readonly #covered = new Set<number>();
  /** Accesses counted so far. */
  accessCount = 0;
  /** Datagrams handed over since the last counted access. */
  sendCount = 0;
  /** Points that were used before their count, because the guest had come to rest. */
  forcedCount = 0;
  /** Points that were used while their hand-over was really waiting. */
  takenCount = 0;
  /** Points whose hand-over was not waiting when nothing else was left to do. */
  missedCount = 0;

  /**
   * @param counts Which accesses count.
   * @param holdsSends Whether the sender's queue is stopped: `afterSends` waits only while it is.
   * @param interruptsAtPoints Default true.
   */
  constructor(
    points: readonly SchedulePoint[],
    counts: CountsAccess = () => true,
    holdsSends: () => boolean = () => true,
    interruptsAtPoints = true,
  ) {
    this.interruptsAtPoints = interruptsAtPoints;
    this.holdsSends = holdsSends;
    this.#points = points;
    this.#counts = counts;
    for (const point of points) this.#covered.add(streamKey(point.handOver, point.stream));
  }

  /** Whether hand-overs of this stream happen at points only; others happen by time. */
  covers(handOver: HandOver, stream: number): boolean {
    if (handOver === HAND_OVER.interruptTaken) return this.interruptsAtPoints;
    return (
      handOver !== HAND_OVER.hostStep ||
      this.#covered.has(streamKey(handOver, stream)) ||
      this.#covered.has(streamKey(handOver, -1))
    );
  }

  /** A guest access is over. */
  pass(kind: number, where: number, offset: number): void {
    if (!this.#counts(kind, where, offset)) return;
    this.accessCount++;
    this.sendCount = 0;
  }

  /** Number of points in all. */
  get size(): number {
    return this.#points.length;
  }

  /** The point that comes next, or undefined when all are used. */
  get next(): SchedulePoint | undefined {
    return this.#points[this.#next];
  }

  /** Drops the next point: it was optional and nothing waited for it. */
  skip(): void {
    this.#next++;
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

function streamKey(handOver: HandOver, stream: number): number {
  return handOver * 65536 + stream + 1;
}
