import type { RegisterStore, Rtl8139Ports } from "./ports.ts";
import { REGISTERS } from "./registers.ts";

/** ISR, IMR and the line: INTA# is asserted while an enabled cause is pending. */
export class Interrupts {
  readonly #registers: RegisterStore;
  readonly #ports: Rtl8139Ports;
  readonly #pulse: boolean;

  /** @param pulse Whether a write to ISR lets the line drop for a moment, see `isrWritePulse`. */
  constructor(registers: RegisterStore, ports: Rtl8139Ports, pulse: boolean) {
    this.#registers = registers;
    this.#ports = ports;
    this.#pulse = pulse;
  }

  /** Adds causes and drives the line. */
  raise(causes: number): void {
    this.#registers.set(REGISTERS.ISR, this.#registers.get(REGISTERS.ISR) | causes);
    this.update();
  }

  /** A guest's write to ISR: 1 clears. */
  acknowledge(before: number, written: number): number {
    if (this.#pulse) this.#ports.interruptLine(false);
    return before & ~written;
  }

  /** Drives the line from ISR and IMR. */
  update(): void {
    const pending = this.#registers.get(REGISTERS.ISR) & this.#registers.get(REGISTERS.IMR);
    this.#ports.interruptLine(pending !== 0);
  }
}
