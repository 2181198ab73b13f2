import type { AddressSpace } from "../core/crossing.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";

const HYPERVISOR = ACTORS.hypervisor.code;
/** #PF: Intel SDM vol. 3A, 6.15 "Exception and Interrupt Reference", interrupt 14. */
const PAGE_FAULT = 14;
/** W/R bit of a page fault's error code; P is clear, as the shadow table has no entry. */
const WRITE = 2;

/** How a translated instruction reaches the VMM. */
export interface SiteOptions {
  /** Whether instructions that keep faulting on a device's page are translated again. */
  readonly adaptive: boolean;
  /** Hidden page faults of one instruction before it is translated again into a callout, from 1. */
  readonly faultsMax: number;
}

/**
 * The instructions of the guest kernel that reach devices, as translated code has them. An IN or OUT
 * is sensitive by its opcode and a callout from its first translation on. A load or store is not:
 * it runs as it is, faults on the page that the shadow page tables leave unmapped, and is translated
 * again into a callout when it has done so `faultsMax` times. Adams and Agesen, "A Comparison of
 * Software and Hardware Techniques for x86 Virtualization" (ASPLOS 2006), 3.3 "Adaptive binary
 * translation".
 */
export class TranslatedSites {
  readonly #machine: Machine;
  readonly #options: SiteOptions;
  readonly #faults = new Map<number, number>();
  readonly #hiddenFault: number;
  readonly #again: number;

  constructor(machine: Machine, options: SiteOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#hiddenFault = machine.trace.id("#PF, hidden: device page, decoded and emulated");
    this.#again = machine.trace.id("keeps faulting, now a callout");
  }

  /**
   * One instruction reaches the VMM.
   * @param callout What the callout is named, a dictionary number.
   */
  reach(
    space: AddressSpace,
    address: number,
    sizeBytes: number,
    write: boolean,
    callout: number,
  ): void {
    const machine = this.#machine;
    if (space === "mmio") {
      const key = address * 16 + sizeBytes * 2 + (write ? 1 : 0);
      const faults = this.#faults.get(key) ?? 0;
      if (!this.#options.adaptive || faults < this.#options.faultsMax) {
        machine.note(KIND.exception, HYPERVISOR, this.#hiddenFault, PAGE_FAULT, write ? WRITE : 0);
        this.#faults.set(key, faults + 1);
        if (this.#options.adaptive && faults + 1 === this.#options.faultsMax)
          machine.note(KIND.translation, HYPERVISOR, this.#again, address, sizeBytes);
        return;
      }
    }
    machine.note(KIND.callout, HYPERVISOR, callout, address, 0);
  }
}
