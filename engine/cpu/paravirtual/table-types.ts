import { PTE, PTE_ADDRESS } from "../x86/paging.ts";
import type { Platform } from "../x86/platform.ts";
import { LAYOUT } from "../guest/layout.ts";

/** Why Xen refuses a page-table entry; empty when it does not. */
export type Refusal = "" | "a writable mapping of a page-table page" | "a frame beyond the domain";

/**
 * Which of a domain's pages are page tables, and of which level: such a page has one type at a
 * time, and nobody but Xen writes to it. xen/arch/x86/mm.c, get_page_type.
 */
export class TableTypes {
  readonly #platform: Platform;
  readonly #roots = new Set<number>();
  readonly #levels = new Map<number, number>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Takes an address space's root: all its tables get their types. */
  addRoot(cr3: bigint): void {
    this.#roots.add(Number(cr3 & PTE_ADDRESS));
    this.refresh();
  }

  /** Whether this is a root that Xen has validated. */
  isRoot(cr3: bigint): boolean {
    return this.#roots.has(Number(cr3 & PTE_ADDRESS));
  }

  /** Level of the table that a physical address lies in, 1 to 4; 0 for any other page. */
  levelAt(physical: number): number {
    return this.#levels.get(physical - (physical % 4096)) ?? 0;
  }

  /** Finds the tables anew, after an entry that names one was written. */
  refresh(): void {
    this.#levels.clear();
    for (const root of this.#roots) this.#visit(root, 4);
  }

  /** What Xen says to an entry at a physical address: do_mmu_update, mod_l1_entry. */
  refusal(entry: bigint, level: number): Refusal {
    if ((entry & PTE.P) === 0n) return "";
    const frame = Number(entry & PTE_ADDRESS);
    if (level > 1) return frame < LAYOUT.MEMORY_BYTES ? "" : this.#large(entry);
    if ((entry & PTE.RW) !== 0n && this.levelAt(frame) > 0) {
      return "a writable mapping of a page-table page";
    }
    return "";
  }

  #large(entry: bigint): Refusal {
    return (entry & PTE.PS) === 0n ? "a frame beyond the domain" : "";
  }

  #visit(table: number, level: number): void {
    if (this.#levels.has(table) || table >= LAYOUT.MEMORY_BYTES) return;
    this.#levels.set(table, level);
    if (level === 1) return;
    for (let index = 0; index < 512; index++) {
      const entry = this.#platform.read(table + 8 * index, 8);
      const isTable = (entry & PTE.P) !== 0n && (entry & PTE.PS) === 0n;
      if (isTable) this.#visit(Number(entry & PTE_ADDRESS), level - 1);
    }
  }
}
