import type { InterruptCrossing } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";

/**
 * Posted interrupts: the IOMMU writes the vector into the posted-interrupt descriptor and the CPU
 * moves it into the virtual APIC without a VM exit; EOI is virtualized. Intel SDM vol. 3C, 30.6
 * "Posted-Interrupt Processing".
 */
export class PostedInterrupt implements InterruptCrossing {
  readonly #machine: Machine;
  readonly #channel: number;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#channel = machine.trace.id("posted-interrupt descriptor (PIR, ON)");
  }

  raised(vector: number): void {
    this.#machine.note(KIND.signal, ACTORS.hardware.code, this.#channel, vector, 0);
  }

  taken(): void {}

  eoi(): void {}
}
