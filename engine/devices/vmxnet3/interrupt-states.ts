import { INTERRUPTS_MAX } from "./registers.ts";

/** How an interrupt leaves the device. */
export interface InterruptPort {
  /**
   * Sends a message, or raises the line.
   * @returns True when a line now stays asserted until it is lowered; false after a message.
   */
  raise(index: number): boolean;
  /** Lowers the line. */
  lower(): void;
  /** Whether interrupts are messages now: only these are masked automatically. */
  readonly messages: boolean;
}

/**
 * The device's own interrupt masks, one for each vector and apart from MSI-X's: an event is pending
 * until it can be sent, and with automatic masking each message masks its vector until the driver
 * writes IMR. Source: QEMU 10.0, hw/net/vmxnet3.c, vmxnet3_trigger_interrupt and
 * vmxnet3_update_interrupt_line_state.
 */
export class InterruptStates {
  /** Whether a message masks its vector by itself (`intrConf.autoMask`). */
  autoMask = false;
  readonly #pending = new Uint8Array(INTERRUPTS_MAX);
  readonly #masked = new Uint8Array(INTERRUPTS_MAX);
  readonly #asserted = new Uint8Array(INTERRUPTS_MAX);
  readonly #port: InterruptPort;

  constructor(port: InterruptPort) {
    this.#port = port;
    this.reset();
  }

  /** Nothing pending, everything masked. A line that is up stays up, as the model leaves it. */
  reset(): void {
    this.#pending.fill(0);
    this.#masked.fill(1);
    this.#asserted.fill(0);
  }

  /** An event for vector `index`. */
  trigger(index: number): void {
    this.#pending[index] = 1;
    this.#update(index);
    if (!this.autoMask || !this.#port.messages) return;
    this.#masked[index] = 1;
    this.#update(index);
  }

  /** IMR as the guest reads it: 1 when masked. */
  mask(index: number): number {
    return this.#masked[index] as number;
  }

  /** A write to IMR; unmasking sends what is pending, and that message masks nothing. */
  setMask(index: number, masked: boolean): void {
    this.#masked[index] = masked ? 1 : 0;
    this.#update(index);
  }

  /** What a read of ICR would give; it lowers nothing. */
  get cause(): number {
    return this.#asserted[0] as number;
  }

  /** A read of ICR: whether line 0 was ours; it is lowered, and masked if masking is automatic. */
  readCause(): number {
    if (this.#asserted[0] === 0) return 0;
    this.#pending[0] = 0;
    if (this.autoMask) this.#masked[0] = 1;
    this.#update(0);
    return 1;
  }

  #update(index: number): void {
    if (this.#pending[index] === 0) {
      if (this.#asserted[index] === 0) return;
      this.#port.lower();
      this.#asserted[index] = 0;
      return;
    }
    if (this.#masked[index] === 1 || this.#asserted[index] === 1) return;
    this.#asserted[index] = this.#port.raise(index) ? 1 : 0;
    this.#pending[index] = 0;
  }
}
