import { assert } from "../core/assert.ts";
import { Clock } from "../core/clock.ts";
import type { InterruptTaker } from "../core/scheduler.ts";
import { LocalApic } from "./local-apic.ts";

/**
 * One virtual CPU as far as I/O needs it: whether interrupts are enabled, and what takes them.
 * Its code is the guest kernel's and the driver's functions, which run as nested calls.
 */
export class Vcpu implements InterruptTaker {
  readonly apic: LocalApic;
  /** Outside the guest, in a VM exit: nothing is taken. */
  stopped = false;
  /** In the exit of HLT: the guest waits for an interrupt. */
  halted = false;
  readonly #clock: Clock;
  #disabledDepth = 0;
  #service: (vector: number) => void = () => {};
  #released: () => void = () => {};

  /** @param clock The machine's time, default one that stands still. */
  constructor(clock: Clock = new Clock()) {
    this.#clock = clock;
    this.apic = new LocalApic(clock);
  }

  /** Installs who handles a vector, and what to do when interrupts become enabled again. */
  install(service: (vector: number) => void, released: () => void): void {
    this.#service = service;
    this.#released = released;
  }

  /** Whether IF is set. */
  get interruptsEnabled(): boolean {
    return this.#disabledDepth === 0;
  }

  get deliverable(): boolean {
    return !this.stopped && this.injectable && this.interruptVisible;
  }

  /** Whether what is requested at the APIC has reached it by the vCPU's own time. */
  get interruptVisible(): boolean {
    return this.apic.visibleFromCycles <= this.#clock.vcpuCycles;
  }

  get deliverableFromCycles(): number {
    if (!this.#clock.timed || !this.injectable || this.interruptVisible) return Infinity;
    return this.apic.visibleFromCycles;
  }

  /** Whether an interrupt is pending that may be taken as soon as the guest runs. */
  get injectable(): boolean {
    return this.#disabledDepth === 0 && this.apic.highestRequested >= 0 && this.apic.deliverable;
  }

  get pendingStream(): number {
    return this.apic.highestRequested;
  }

  /** Clears IF (`local_irq_save`); nests. */
  disableInterrupts(): void {
    this.#disabledDepth++;
  }

  /** Undoes one `disableInterrupts`; the last one lets pending interrupts in at once. */
  enableInterrupts(): void {
    assert(this.#disabledDepth > 0, "interrupts are enabled only after they were disabled");
    this.#disabledDepth--;
    if (this.deliverable) this.#released();
  }

  takeInterrupt(injected = -1): void {
    const vector = this.apic.accept(injected);
    this.#disabledDepth++;
    this.#service(vector);
    // The handler's IRET: pending interrupts are looked at by whoever let this one in.
    this.#disabledDepth--;
  }
}
