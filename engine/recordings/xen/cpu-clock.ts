import type { PvKernel } from "../../cpu/paravirtual/pv-kernel.ts";
import { TICK_NANOSECONDS, TickTimer } from "../../cpu/paravirtual/tick-timer.ts";
import type { CpuEvent } from "./cpu-event.ts";

/** The system call of the test `sleep`. */
const SLEEP = "clock_nanosleep";
/** What the test `sleep` asks for, with the slack that Linux grants a user's timer, in ns. */
const SLEEP_NANOSECONDS = 1_000_000 + 50_000;
/** How much later than asked Xen lets timers fire, to take several at once: timer_slop, in ns. */
const XEN_SLOP_NANOSECONDS = 50_000;
/** Timers that nothing in a test waits for. */
const FAR = 1e15;

/**
 * Time in a replayed CPU test: an instruction takes a nanosecond (the recorder's clock), and a
 * timer's event comes when its deadline says. From the recording come when the tick is due at
 * first and the instructions between.
 */
export class CpuClock {
  readonly timer: TickTimer;
  /** Clock and instruction count at the last moment that is known. */
  #anchorNanoseconds = 0;
  #anchorInstructions = 0;

  constructor(kernel: PvKernel, events: readonly CpuEvent[]) {
    const sleep = events.find((event) => event.op === "syscall" && event.name === SLEEP);
    this.#anchorInstructions = sleep?.instructions ?? 0;
    const tick = firstTick(events);
    this.timer = new TickTimer(kernel, { tick, wheel: FAR, other: 2 * FAR });
  }

  /** clock_nanosleep. */
  sleep(event: CpuEvent): void {
    this.timer.sleepUntil(this.#now(event) + SLEEP_NANOSECONDS);
  }

  /** The idle task gives the CPU away. */
  leaveIdle(event: CpuEvent): void {
    this.timer.leaveIdle(this.#now(event));
  }

  /** The timer's event comes: it is as late as its deadline and Xen's slop make it. */
  expire(event: CpuEvent): void {
    this.#anchorNanoseconds = this.timer.programmed + XEN_SLOP_NANOSECONDS;
    this.#anchorInstructions = event.instructions;
  }

  #now(event: CpuEvent): number {
    return this.#anchorNanoseconds + event.instructions - this.#anchorInstructions;
  }
}

/**
 * Nanoseconds from the first sleep to the first tick: ticks come at one phase of four
 * milliseconds, and the first timer with another one is the sleeper's.
 */
function firstTick(events: readonly CpuEvent[]): number {
  const deadlines = events.flatMap((event) =>
    event.op === "hypercall" && event.name.endsWith(".set_singleshot_timer") ? [event.address] : [],
  );
  const phases = deadlines.map((deadline) => deadline % TICK_NANOSECONDS);
  const phase = phases.find((one, at) => phases.indexOf(one, at + 1) >= 0);
  const sleeper = deadlines.find((deadline) => deadline % TICK_NANOSECONDS !== phase);
  if (phase === undefined || sleeper === undefined) return TICK_NANOSECONDS;
  const start = sleeper - SLEEP_NANOSECONDS;
  const sincePhase = (start - phase) % TICK_NANOSECONDS;
  return TICK_NANOSECONDS - sincePhase;
}
