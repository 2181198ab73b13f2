import type { DeviceWindow, Machine } from "../machine.ts";
import { ExtendedPageTables, type TableMemory } from "../memory/ept.ts";
import type { GuestMemory } from "../memory/guest-memory.ts";
import { hostPhysical, machineAddress } from "../memory/host-physical.ts";
import { NestedPageTables } from "../memory/npt.ts";

const PAGE_BYTES = 4096;
const LARGE_BYTES = 0x20_0000;
const ALL = { read: true, write: true, execute: true } as const;
/** What a guest may do with a device's registers that are its own. */
const REGISTERS = { ...ALL, memoryType: "uncacheable" } as const;
/** Where a guest's local APIC lies when it is reached by its page. */
const APIC_PAGE = 0xfee0_0000;

/** Tables in pages at the end of the machine's host memory, by host-physical addresses. */
export function hostTables(memory: GuestMemory, what: string): TableMemory {
  const { view } = memory;
  return {
    read64: (address) => view.getBigUint64(machineAddress(address), true),
    write64: (address, value) => view.setBigUint64(machineAddress(address), value, true),
    allocatePage: () => hostPhysical(memory.takeLastPage(what, true)),
  };
}

/**
 * What the guest's physical addresses are for the processor: EPT or nested page tables in host
 * memory. The guest's RAM is mapped in pages of 2 MiB, as where its memory is backed by huge pages;
 * pages of emulated devices are marked so that an access exits, a VF's registers are mapped to the
 * device. All is there when the machine has been built, as after a warm-up: KVM fills tables at the
 * first violation of each page, which the model leaves out. arch/x86/kvm/mmu/tdp_mmu.c.
 */
export class GuestMapping {
  /** EPT pointer, or N_CR3. */
  readonly pointer: bigint;
  /** Host-physical address of the APIC-access page, or -1: then nothing is there for the guest. */
  apicAccessAddress = -1;
  readonly #ept: ExtendedPageTables | undefined;
  readonly #npt: NestedPageTables | undefined;
  readonly #memory: GuestMemory;

  /** @param amd Whose tables; `apicPage` maps the page of an APIC that is no x2APIC (Intel). */
  constructor(machine: Machine, amd: boolean, apicPage: boolean) {
    this.#memory = machine.memory;
    const tables = hostTables(machine.memory, amd ? "nested page tables" : "extended page tables");
    if (amd) this.#npt = new NestedPageTables(tables);
    else this.#ept = new ExtendedPageTables(tables);
    this.pointer = this.#ept?.pointer ?? BigInt(this.#npt?.root ?? 0);
    this.#mapMemory(machine.memory.guestBytes);
    if (apicPage) this.#placeApic(amd);
    machine.onWindow = (window) => this.#addWindow(window);
  }

  #mapMemory(guestBytes: number): void {
    for (let at = 0; at < guestBytes; ) {
      const whole = at + LARGE_BYTES <= guestBytes;
      this.#map(at, whole ? LARGE_BYTES : PAGE_BYTES);
      at += whole ? LARGE_BYTES : PAGE_BYTES;
    }
  }

  #map(gpa: number, pageBytes: 4096 | 0x20_0000): void {
    this.#ept?.map(gpa, hostPhysical(gpa), ALL, pageBytes);
    this.#npt?.map(gpa, hostPhysical(gpa), pageBytes);
  }

  /** VT-x recognizes the APIC-access page by its host-physical address; on AMD it is emulated. */
  #placeApic(amd: boolean): void {
    if (amd) {
      this.#npt?.markMmio(APIC_PAGE);
      return;
    }
    this.apicAccessAddress = hostPhysical(this.#memory.takeLastPage("APIC-access page"));
    this.#ept?.map(APIC_PAGE, this.apicAccessAddress, ALL);
  }

  #addWindow({ space, owner, base, byteCount, direct }: DeviceWindow): void {
    if (space !== "mmio" || owner !== "guest") return;
    const first = base - (base % PAGE_BYTES);
    for (let gpa = first; gpa < base + byteCount; gpa += PAGE_BYTES) {
      if (!direct) {
        this.#ept?.markMmio(gpa);
        this.#npt?.markMmio(gpa);
      } else {
        // The host's firmware gave the VF the same addresses.
        this.#ept?.map(gpa, gpa, REGISTERS);
        this.#npt?.map(gpa, gpa, PAGE_BYTES, true);
      }
    }
  }
}
