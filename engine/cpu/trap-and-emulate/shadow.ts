import type { GuestMachine } from "../guest/machine.ts";
import { pageFault } from "../x86/exception.ts";
import { type Access, allows, errorCode, translate, walk } from "../x86/paging.ts";
import type { CpuState } from "../x86/state.ts";

/**
 * The translations that the hypervisor has put into the real page tables, filled when the guest
 * faults on a page that its own tables map (a hidden fault) and thrown away when it says so, as a
 * TLB would be. Device pages are never put in: each access to them faults.
 */
export class Shadow {
  /** Faults that the guest never hears of. */
  hiddenFaults = 0;
  /** Hears of each of them. */
  onHiddenFault: (linear: bigint, access: Access) => void = () => {};
  readonly #machine: GuestMachine;
  readonly #guest: CpuState;
  readonly #pages = new Map<string, number>();

  constructor(machine: GuestMachine, guest: CpuState) {
    this.#machine = machine;
    this.#guest = guest;
  }

  /** MOV CR3, INVLPG and whatever else changes translations. */
  clear(): void {
    this.#pages.clear();
  }

  /**
   * Where an access of the deprivileged guest goes.
   * @throws CpuException #PF: the guest's own, or that of a device page.
   */
  translate(linear: bigint, access: Access): number {
    const page = linear >> 12n;
    const key = `${this.#guest.cpl === 3 ? "user" : "kernel"} ${access} ${page}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known + Number(linear & 0xfffn);
    const physical = translate(this.#machine, this.#guest, linear, access);
    if (this.#machine.isMmio(physical)) throw pageFault(linear, errorCode(false, access, true));
    this.#pages.set(key, physical - Number(linear & 0xfffn));
    this.hiddenFaults++;
    this.onHiddenFault(linear, access);
    return physical;
  }

  /** The device page behind a linear address, if the guest's tables lead to one. */
  deviceAt(linear: bigint, access: Access): number | undefined {
    const { cr3, cpl, cr0 } = this.#guest;
    const found = walk(this.#machine, cr3, linear);
    if (found === undefined || !allows(found, access, cpl === 3, cr0)) return undefined;
    return this.#machine.isMmio(found.physical) ? found.physical : undefined;
  }
}
