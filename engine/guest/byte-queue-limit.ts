/** Jiffies that slack is watched before the limit falls (HZ on Debian: 250, one second). */
const SLACK_HOLD_MICROSECONDS = 1_000_000;
const LIMIT_MAX = 0x7000_0000;

/**
 * Byte queue limits: how many bytes may wait in a device before the stack holds the rest back, found
 * from how often the device ran dry; lib/dynamic_queue_limits.c, dql_queued and dql_completed.
 */
export class ByteQueueLimit {
  readonly #nowMicroseconds: () => number;
  #queued = 0;
  #completed = 0;
  #adjustedLimit = 0;
  #limit = 0;
  #lastCount = 0;
  #previousLastCount = 0;
  #previousQueued = 0;
  #previousOverLimit = 0;
  #lowestSlack = Infinity;
  #slackStart = 0;

  /** @param nowMicroseconds The machine's time. */
  constructor(nowMicroseconds: () => number) {
    this.#nowMicroseconds = nowMicroseconds;
  }

  /** Bytes that may still be queued; negative: the stack stops (`dql_avail`). */
  get available(): number {
    return this.#adjustedLimit - this.#queued;
  }

  /** The limit in bytes. */
  get limitBytes(): number {
    return this.#limit;
  }

  /** The driver queued bytes to its device. */
  queued(byteCount: number): void {
    this.#lastCount = byteCount;
    this.#queued += byteCount;
  }

  /** The device is done with bytes: the limit is judged anew. */
  completed(byteCount: number): void {
    const completed = this.#completed + byteCount;
    let overLimit = Math.max(0, this.#queued - this.#completed - this.#limit);
    const inProgress = this.#queued - completed;
    const previousInProgress = this.#previousQueued - this.#completed;
    const allPreviousCompleted = completed >= this.#previousQueued;
    let limit = this.#limit;
    if (
      (overLimit > 0 && inProgress === 0) ||
      (this.#previousOverLimit > 0 && allPreviousCompleted)
    ) {
      // The device ran dry: raise the limit by what one interval moved.
      limit += Math.max(0, completed - this.#previousQueued) + this.#previousOverLimit;
      this.#restartSlack();
    } else if (inProgress > 0 && previousInProgress > 0 && !allPreviousCompleted) {
      limit = this.#withoutSlack(limit, completed);
    }
    limit = Math.min(limit, LIMIT_MAX);
    if (limit !== this.#limit) {
      this.#limit = limit;
      overLimit = 0;
    }
    this.#adjustedLimit = limit + completed;
    this.#previousOverLimit = overLimit;
    this.#previousLastCount = this.#lastCount;
    this.#completed = completed;
    this.#previousQueued = this.#queued;
  }

  /** `dql_reset`: the device's queue was emptied. */
  reset(): void {
    this.#queued = 0;
    this.#completed = 0;
    this.#adjustedLimit = 0;
    this.#limit = 0;
    this.#lastCount = 0;
    this.#previousLastCount = 0;
    this.#previousQueued = 0;
    this.#previousOverLimit = 0;
    this.#restartSlack();
  }

  /** The device was busy all the time: after a while, what was never needed is taken off. */
  #withoutSlack(limit: number, completed: number): number {
    const unused = limit + this.#previousOverLimit - 2 * (completed - this.#completed);
    const last =
      this.#previousOverLimit > 0 ? this.#previousLastCount - this.#previousOverLimit : 0;
    this.#lowestSlack = Math.min(this.#lowestSlack, Math.max(0, unused, last));
    if (this.#nowMicroseconds() <= this.#slackStart + SLACK_HOLD_MICROSECONDS) return limit;
    const reduced = Math.max(0, limit - this.#lowestSlack);
    this.#restartSlack();
    return reduced;
  }

  #restartSlack(): void {
    this.#slackStart = this.#nowMicroseconds();
    this.#lowestSlack = Infinity;
  }
}
