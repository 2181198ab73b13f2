import type { PvKernel } from "./pv-kernel.ts";

/** Nanoseconds between two ticks of a kernel with CONFIG_HZ=250. */
export const TICK_NANOSECONDS = 4_000_000;

/** When the timers of a vCPU are due at first, in nanoseconds of one clock. */
export interface TimerDeadlines {
  readonly tick: number;
  /** The next timer of the timer wheel, which ends a stopped tick's rest. */
  readonly wheel: number;
  /** The next high-resolution timer that nothing here started. */
  readonly other: number;
}

/**
 * The high-resolution timers of one vCPU, of which the first is what Xen's one-shot timer is set
 * to: the tick and a sleeper. kernel/time/hrtimer.c, kernel/time/tick-sched.c.
 */
export class TickTimer {
  readonly #kernel: PvKernel;
  readonly #wheel: number;
  readonly #other: number;
  #tick: number;
  #lastTick: number;
  #tickStopped = false;
  #sleeper = Infinity;
  #programmed: number;

  constructor(kernel: PvKernel, deadlines: TimerDeadlines) {
    this.#kernel = kernel;
    this.#tick = deadlines.tick;
    this.#lastTick = deadlines.tick - TICK_NANOSECONDS;
    this.#wheel = deadlines.wheel;
    this.#other = deadlines.other;
    this.#programmed = deadlines.tick;
  }

  /** What Xen's timer is set to. */
  get programmed(): number {
    return this.#programmed;
  }

  /** hrtimer_start of a sleeping task: a hypercall only when nothing is due before. */
  sleepUntil(deadline: number): void {
    this.#sleeper = deadline;
    if (deadline < this.#programmed) this.#program();
  }

  /**
   * hrtimer_interrupt: what is due runs, and the next deadline is set, whatever it is.
   * @returns Whether it was the tick.
   */
  interrupt(): boolean {
    const now = this.#programmed;
    const isTick = this.#tick <= now;
    if (isTick) {
      this.#lastTick = this.#tick;
      this.#tick += TICK_NANOSECONDS;
    }
    if (this.#sleeper <= now) this.#sleeper = Infinity;
    this.#program();
    return isTick;
  }

  /**
   * tick_nohz_idle_stop_tick: a tick that came while the vCPU was idle is the last until the timer
   * wheel needs one; a vCPU that went idle just now keeps it (kernel/sched/idle.c, got_tick).
   */
  stopTick(): void {
    this.#tickStopped = true;
    this.#tick = Math.max(this.#wheel, this.#tick);
    if (this.#first < this.#programmed) this.#program();
  }

  /** tick_nohz_idle_exit: a stopped tick is cancelled and started anew, each with a hypercall. */
  leaveIdle(now: number): void {
    if (!this.#tickStopped) return;
    this.#tickStopped = false;
    const wasFirst = this.#tick <= this.#programmed;
    this.#tick = Infinity;
    if (wasFirst) this.#program();
    const missed = Math.floor((now - this.#lastTick) / TICK_NANOSECONDS) + 1;
    this.#tick = this.#lastTick + missed * TICK_NANOSECONDS;
    if (this.#tick < this.#programmed) this.#program();
  }

  get #first(): number {
    return Math.min(this.#tick, this.#sleeper, this.#other);
  }

  #program(): void {
    this.#programmed = this.#first;
    this.#kernel.setTimer(this.#programmed);
  }
}
