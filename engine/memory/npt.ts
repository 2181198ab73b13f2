import type { EptPageBytes, TableMemory } from "./ept.ts";

const PRESENT = 1n;
const WRITABLE = 2n;
const USER = 4n;
const ACCESSED = 0x20n;
const DIRTY = 0x40n;
const LARGE = 0x80n;
/** PAT 0, PCD and PWT: uncacheable. */
const UNCACHEABLE = 0x18n;
const ADDRESS = 0x000f_ffff_ffff_f000n;
const LEVELS = 4;

/**
 * The entry with which KVM marks guest-physical pages that are no memory on AMD: present, with an
 * address bit set that the processor has not (arch/x86/kvm/mmu/spte.c, kvm_mmu_reset_all_pte_masks:
 * bit 51). KVM also keeps the page's number and a generation in it; those are left out.
 */
export const NPT_MMIO_ENTRY = PRESENT | WRITABLE | USER | (1n << 51n);

/**
 * Nested page tables: guest-physical to host-physical addresses, in the format of the processor's own
 * four-level paging. AMD64 APM vol. 2, 15.25 "Nested Paging", 5.3 "Long-Mode Page Translation".
 */
export class NestedPageTables {
  /** Host-physical address of the PML4 table: the VMCB's N_CR3. */
  readonly root: number;
  readonly #memory: TableMemory;

  constructor(memory: TableMemory) {
    this.#memory = memory;
    this.root = memory.allocatePage();
  }

  /** Maps one page for all accesses; no table may lie below a large one. */
  map(gpa: number, hpa: number, pageBytes: EptPageBytes, uncacheable = false): void {
    const rights = PRESENT | WRITABLE | USER | ACCESSED | DIRTY | (uncacheable ? UNCACHEABLE : 0n);
    const size = pageBytes === 4096 ? 0n : LARGE;
    const entry = rights | size | BigInt(hpa - (hpa % pageBytes));
    this.#memory.write64(this.#leaf(gpa, pageBytes === 4096 ? 1 : 2), entry);
  }

  /** Marks a page as a device's, the way KVM does: an access meets a reserved bit. */
  markMmio(gpa: number): void {
    this.#memory.write64(this.#leaf(gpa, 1), NPT_MMIO_ENTRY);
  }

  #leaf(gpa: number, lowest: number): number {
    let table = this.root;
    for (let level = LEVELS; level > lowest; level--) {
      const at = table + 8 * indexAt(gpa, level);
      let entry = this.#memory.read64(at);
      if ((entry & PRESENT) === 0n) {
        entry = PRESENT | WRITABLE | USER | ACCESSED | BigInt(this.#memory.allocatePage());
        this.#memory.write64(at, entry);
      }
      table = Number(entry & ADDRESS);
    }
    return table + 8 * indexAt(gpa, lowest);
  }
}

function indexAt(gpa: number, level: number): number {
  return Math.floor(gpa / 2 ** (12 + 9 * (level - 1))) % 512;
}
