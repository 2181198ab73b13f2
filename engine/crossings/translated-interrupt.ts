import type { InterruptCrossing } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { HostedWorld } from "./hosted-world.ts";
import type { TranslatedSites } from "./translated-site.ts";

const HYPERVISOR = ACTORS.hypervisor.code;
/** EOI register of the local APIC: Intel SDM vol. 3A, table 11-1 "Local APIC Register Address Map". */
const EOI_ADDRESS = 0xfee0_00b0;

/**
 * Dynamic recompilation: the device model asks the VMM for a virtual interrupt; the VMM builds the
 * interrupt frame on the guest's stack when translated code reaches the end of a block and the
 * virtual IF is set. `cli` and `sti` are inline code on that IF and leave no row; EOI is a store to
 * a page that the VMM models, IRET a callout.
 */
export class TranslatedInterrupt implements InterruptCrossing {
  /** Who has the CPU. */
  readonly world: HostedWorld;
  /** The instructions that reach devices. */
  readonly sites: TranslatedSites;
  readonly #machine: Machine;
  readonly #request: number;
  readonly #frame: number;
  readonly #eoi: number;
  readonly #iret: number;

  constructor(machine: Machine, world: HostedWorld, sites: TranslatedSites) {
    this.#machine = machine;
    this.world = world;
    this.sites = sites;
    this.#request = machine.trace.id("virtual IRQ");
    this.#frame = machine.trace.id("block boundary");
    this.#eoi = machine.trace.id("store, VMM's APIC");
    this.#iret = machine.trace.id("IRET");
  }

  raised(vector: number): void {
    const who = this.world.inHost ? ACTORS.deviceModel.code : HYPERVISOR;
    this.#machine.note(KIND.signal, who, this.#request, vector, 0);
  }

  taken(vector: number): void {
    this.world.toGuest();
    this.#machine.note(KIND.interruptInjected, HYPERVISOR, this.#frame, vector, 0);
  }

  eoi(): void {
    this.world.toGuest();
    this.sites.reach("mmio", EOI_ADDRESS, 4, true, this.#eoi);
  }

  returned(): void {
    this.#machine.callout(this.#iret);
  }
}
