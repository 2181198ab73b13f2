import type { RegisterStore, Rtl8139Ports } from "./ports.ts";
import { REGISTERS } from "./registers.ts";

/** Period of the PCI clock that TCTR counts, 33.3 MHz. */
const TICK_NANOSECONDS = 30;
const WRAP_NANOSECONDS = TICK_NANOSECONDS * 4294967296;

/**
 * TCTR and TimerInt: a free-running counter that interrupts at a value. RealTek RTL8139C+ datasheet
 * 1.6, 5.12 "TCTR"; hw/net/rtl8139.c, rtl8139_set_next_tctr_time.
 */
export class CountTimer {
  readonly #registers: RegisterStore;
  readonly #ports: Rtl8139Ports;
  #baseNanoseconds = 0;
  #armed = false;

  constructor(registers: RegisterStore, ports: Rtl8139Ports) {
    this.#registers = registers;
    this.#ports = ports;
  }

  /** The counter's value. */
  get count(): number {
    const elapsed = this.#ports.nowNanoseconds() - this.#baseNanoseconds;
    return Math.floor(elapsed / TICK_NANOSECONDS) % 4294967296;
  }

  /** A write to TCTR: counts from 0 again. */
  restart(): void {
    this.#baseNanoseconds = this.#ports.nowNanoseconds();
    this.arm();
  }

  /** Chip reset: the counter shows the time since the machine was built. */
  reset(): void {
    this.#baseNanoseconds = 0;
    this.arm();
  }

  /** Sets the host's timer for the moment at which the counter reaches TimerInt; 0 disables. */
  arm(): void {
    const ticks = this.#registers.get(REGISTERS.TimerInt);
    if (ticks === 0) {
      if (this.#armed) this.#ports.cancelTimer();
      this.#armed = false;
      return;
    }
    const now = this.#ports.nowNanoseconds();
    while (this.#baseNanoseconds + WRAP_NANOSECONDS <= now) {
      this.#baseNanoseconds += WRAP_NANOSECONDS;
    }
    let due = this.#baseNanoseconds + ticks * TICK_NANOSECONDS;
    if (due <= now) due += WRAP_NANOSECONDS;
    this.#armed = true;
    this.#ports.setTimer(due - now);
  }
}
