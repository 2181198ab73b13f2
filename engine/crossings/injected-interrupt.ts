import type { InterruptCrossing } from "../core/crossing.ts";
import { EXIT_REASON, exitName, type ExitReason } from "../cpu/exit-reason.ts";
import type { Machine } from "../machine.ts";

/** How the local APIC is virtualized. */
export interface InjectionOptions {
  /** APICv: EOI is virtualized, only level-triggered vectors exit on it. */
  readonly apicv: boolean;
}

/**
 * VT-x without posting: the hypervisor injects at the next VM entry. A vCPU that runs guest code is
 * first brought out by an external-interrupt exit; one that has interrupts disabled comes out again
 * through an interrupt window. EOI exits unless APICv virtualizes it. Intel SDM vol. 3C, 27.6.5
 * "Interrupt-Window Exiting", 30.1.4 "EOI Virtualization". Counts only.
 */
export class InjectedInterrupt implements InterruptCrossing {
  readonly #machine: Machine;
  readonly #apicv: boolean;
  #windowWanted = false;

  constructor(machine: Machine, options: InjectionOptions) {
    this.#machine = machine;
    this.#apicv = options.apicv;
  }

  raised(): void {
    const machine = this.#machine;
    if (!machine.exited && machine.scheduler.guestRunning)
      this.#pass(EXIT_REASON.externalInterrupt);
    if (!machine.vcpu.interruptsEnabled) this.#windowWanted = true;
  }

  taken(): void {
    if (!this.#windowWanted) return;
    this.#windowWanted = false;
    this.#pass(EXIT_REASON.interruptWindow);
  }

  eoi(_vector: number, level: boolean): void {
    if (!this.#apicv) this.#pass(EXIT_REASON.apicAccess);
    else if (level) this.#pass(EXIT_REASON.virtualizedEoi);
  }

  #pass(reason: ExitReason): void {
    const name = this.#machine.trace.id(exitName(reason));
    this.#machine.vmExit(name, reason, 0);
    this.#machine.vmEntry(name, reason);
  }
}
