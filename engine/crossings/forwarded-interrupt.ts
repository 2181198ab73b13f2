import type { InterruptCrossing } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { InjectedInterrupt, type InjectionOptions } from "./injected-interrupt.ts";

/**
 * VFIO without posting: the device's interrupt arrives at the host, whose handler signals KVM
 * through an irqfd; KVM injects it. drivers/vfio/pci/vfio_pci_intrs.c, vfio_msihandler;
 * virt/kvm/eventfd.c, irqfd_wakeup.
 */
export class ForwardedInterrupt implements InterruptCrossing {
  readonly #machine: Machine;
  readonly #injection: InjectedInterrupt;
  readonly #channel: number;

  constructor(machine: Machine, options: InjectionOptions) {
    this.#machine = machine;
    this.#injection = new InjectedInterrupt(machine, options);
    this.#channel = machine.trace.id("irqfd");
  }

  raised(vector: number): void {
    this.#injection.raised();
    this.#machine.note(KIND.signal, ACTORS.hypervisor.code, this.#channel, vector, 0);
  }

  taken(): void {
    this.#injection.taken();
  }

  eoi(vector: number, level: boolean): void {
    this.#injection.eoi(vector, level);
  }
}
