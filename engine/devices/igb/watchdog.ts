import { HAND_OVER, Task } from "../../core/task.ts";
import type { Machine } from "../../machine.ts";

/** `jiffies + 1` at 250 Hz. */
const SOON_MICROSECONDS = 4_000;
/** Both drivers look after their link every two seconds. */
const PERIOD_MICROSECONDS = 2_000_000;

class WatchdogTask extends Task {
  override background = true;
  readonly #work: () => void;

  constructor(work: () => void) {
    super(HAND_OVER.hostStep);
    this.#work = work;
  }

  run(): void {
    this.#work();
  }
}

/** A driver's watchdog timer and the work it queues; it never keeps a machine from resting. */
export class DriverWatchdog {
  readonly #machine: Machine;
  readonly #task: WatchdogTask;
  readonly #kick: WatchdogTask;

  readonly #periodic: boolean;
  readonly #work: () => void;
  #pending = false;

  /**
   * @param work The driver's watchdog work; runs in process context.
   * @param periodic False to run it only when something happened, not every two seconds.
   */
  constructor(machine: Machine, work: () => void, periodic: boolean) {
    this.#machine = machine;
    this.#periodic = periodic;
    this.#work = work;
    const run = (): void => machine.kernel.runProcess(work);
    this.#task = new WatchdogTask(run);
    this.#kick = new WatchdogTask(run);
    this.#kick.background = false;
  }

  /** `mod_timer(jiffies + 1)`: something happened that the watchdog has to look at. */
  soon(): void {
    this.cancel();
    this.#machine.postGuest(this.#kick, this.#machine.microseconds(SOON_MICROSECONDS));
  }

  /** `mod_timer(jiffies + 2 * HZ)`. */
  later(): void {
    this.cancel();
    this.#pending = !this.#periodic;
    if (!this.#periodic) return;
    this.#machine.postGuest(this.#task, this.#machine.microseconds(PERIOD_MICROSECONDS));
  }

  /** Two seconds have passed for a timer that is not periodic: runs what waits for that. */
  elapse(): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.#work();
  }

  /** `del_timer_sync`. */
  cancel(): void {
    this.#pending = false;
    this.#machine.scheduler.cancel(this.#task);
    this.#machine.scheduler.cancel(this.#kick);
  }
}
