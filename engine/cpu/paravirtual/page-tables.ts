import { assert } from "../../core/assert.ts";
import type { MulticallBatch } from "./multicall-batch.ts";
import type { PvKernel } from "./pv-kernel.ts";
import {
  ENTRY_BYTES,
  entryIndex,
  entrySpan,
  type PageEntry,
  PAGE_BYTES,
  TablePage,
} from "./table-page.ts";

const ROOT_LEVEL = 4;
/** Low bits of an entry's address in `mmu_update`: keep the accessed and dirty bits. */
const PRESERVE_AD = 2;

/** A part of the lower half that can lose its tables: nothing mapped there from floor to ceiling. */
export interface FreeRange {
  readonly start: number;
  readonly end: number;
  readonly floor: number;
  readonly ceiling: number;
}

/**
 * The page tables of one address space under Xen: while they are pinned Xen checks every write,
 * so the kernel writes by hypercall, in batches where it can, and by a trapped store where generic
 * code exchanges an entry. arch/x86/xen/mmu_pv.c.
 */
export class PageTables {
  readonly root: TablePage;
  readonly #kernel: PvKernel;
  readonly #batch: MulticallBatch;
  readonly #takeFrame: () => number;

  /** @param takeFrame Gives the number of a free frame. */
  constructor(kernel: PvKernel, batch: MulticallBatch, takeFrame: () => number) {
    this.#kernel = kernel;
    this.#batch = batch;
    this.#takeFrame = takeFrame;
    this.root = new TablePage(ROOT_LEVEL, takeFrame());
  }

  /** Whether Xen checks these tables now. */
  get pinned(): boolean {
    return this.root.pinned;
  }

  /** The present mapping of an address. */
  entry(address: number): PageEntry | undefined {
    return this.table(address)?.entries.get(entryIndex(address, 1));
  }

  /** The lowest table of an address, if there is one. */
  table(address: number): TablePage | undefined {
    let table: TablePage | undefined = this.root;
    for (let level = ROOT_LEVEL; level > 1 && table !== undefined; level--) {
      table = table.tables.get(entryIndex(address, level));
    }
    return table;
  }

  /** Makes the tables that an address needs: p4d_alloc to pte_alloc, each populated at once. */
  allocate(address: number): TablePage {
    let table = this.root;
    for (let level = ROOT_LEVEL; level > 1; level--) {
      const index = entryIndex(address, level);
      let next = table.tables.get(index);
      if (next === undefined) {
        next = new TablePage(level - 1, this.#takeFrame());
        this.#register(next);
        table.tables.set(index, next);
        this.#populate(table, index);
      }
      table = next;
    }
    return table;
  }

  /** set_pte_at: a hypercall even where the table is not pinned yet; batched in a lazy section. */
  set(address: number, entry: PageEntry): void {
    this.allocate(address).entries.set(entryIndex(address, 1), entry);
    const request = { what: what(entry), offset: entryIndex(address, 1) * ENTRY_BYTES };
    if (this.#batch.lazyMmu) this.#batch.extend("mmu_update", request);
    else this.#batch.direct("mmu_update", request);
  }

  /** ptep_modify_prot_commit: keeps what the CPU may have set meanwhile; part of a lazy section. */
  changeProtection(address: number, entry: PageEntry): void {
    this.#replace(address, entry);
    const offset = entryIndex(address, 1) * ENTRY_BYTES + PRESERVE_AD;
    this.#batch.extend("mmu_update", { what: what(entry), offset });
    this.#batch.issue(true);
  }

  /**
   * ptep_get_and_clear, ptep_set_wrprotect: generic code exchanges the entry in memory. Where Xen
   * made the table read-only the store traps and Xen emulates it (ptwr).
   * @param by The kernel's function that stores.
   */
  exchange(address: number, entry: PageEntry | undefined, by: string): void {
    this.#replace(address, entry);
    if (this.pinned) this.#kernel.emulated("#PF", by, address);
  }

  /** __xen_pgd_pin: makes every table read-only and gives it to Xen, lowest tables one by one. */
  pin(): void {
    assert(!this.pinned, "an address space is pinned once");
    for (const table of this.#tables(this.root)) {
      table.pinned = true;
      this.#batch.updateVaMapping("read-only");
      if (table.level === 1) this.#extended("pin_l1_table");
    }
    this.root.pinned = true;
    this.#batch.updateVaMapping("read-only");
    this.#extended("pin_l4_table");
    // The root that is loaded in user mode: Linux keeps it beside the kernel's.
    this.#batch.updateVaMapping("read-only");
    this.#extended("pin_l4_table");
    this.#batch.issue(false);
  }

  /** __xen_pgd_unpin: takes every table back from Xen. */
  unpin(): void {
    if (!this.pinned) return;
    this.#extended("unpin_table");
    this.#extended("unpin_table");
    this.#batch.updateVaMapping("writable");
    for (const table of this.#tables(this.root)) {
      table.pinned = false;
      if (table.level === 1) this.#extended("unpin_table");
      this.#batch.updateVaMapping("writable");
    }
    this.root.pinned = false;
    this.#batch.updateVaMapping("writable");
    this.#batch.issue(false);
  }

  /**
   * free_pgd_range: frees the tables that nothing between floor and ceiling needs any more.
   * @returns The first address that each of them covered.
   */
  free(range: FreeRange): number[] {
    return this.#freeIn(this.root, 0, range);
  }

  #freeIn(table: TablePage, base: number, range: FreeRange): number[] {
    const span = entrySpan(table.level);
    const freed: number[] = [];
    for (const [index, child] of table.sortedTables()) {
      const start = base + index * span;
      const end = start + span;
      if (end <= range.start || start >= range.end) continue;
      if (child.level > 1) freed.push(...this.#freeIn(child, start, range));
      if (start < range.floor || end > range.ceiling) continue;
      table.tables.delete(index);
      this.#depopulate(table, index);
      this.#release(child);
      freed.push(start);
    }
    return freed;
  }

  /** xen_alloc_ptpage: a table of pinned tables is made read-only and pinned before it is used. */
  #register(table: TablePage): void {
    if (!this.pinned) return;
    table.pinned = true;
    this.#batch.updateVaMapping("read-only");
    if (table.level === 1) this.#extended("pin_l1_table");
    this.#batch.issue(true);
  }

  /** xen_release_ptpage. */
  #release(table: TablePage): void {
    if (!table.pinned) return;
    table.pinned = false;
    if (table.level === 1) this.#extended("unpin_table");
    this.#batch.updateVaMapping("writable");
    this.#batch.issue(true);
  }

  /** xen_set_pmd, xen_set_pud, xen_set_p4d; the last writes the user's root as well. */
  #populate(table: TablePage, index: number): void {
    if (!this.pinned) return;
    const request = { what: "table", offset: index * ENTRY_BYTES };
    this.#batch.extend("mmu_update", request);
    if (table.level === ROOT_LEVEL) this.#batch.extend("mmu_update", request);
    this.#batch.issue(true);
  }

  /**
   * Clears an entry that holds a table. Xen puts the table's reference off and makes the guest
   * repeat the hypercall for it, with no requests left: xen/arch/x86/mm.c, put_old_guest_table.
   */
  #depopulate(table: TablePage, index: number): void {
    if (!this.pinned) return;
    const request = { what: "cleared", offset: index * ENTRY_BYTES };
    this.#batch.extend("mmu_update", request);
    if (table.level === ROOT_LEVEL) this.#batch.extend("mmu_update", request);
    this.#batch.issue(true);
    this.#kernel.hypercall("mmu_update", 0);
  }

  #replace(address: number, entry: PageEntry | undefined): void {
    const table = this.table(address);
    assert(table !== undefined, `an entry at 0x${address.toString(16)} has a table`);
    if (entry === undefined) table.entries.delete(entryIndex(address, 1));
    else table.entries.set(entryIndex(address, 1), entry);
  }

  #extended(command: string): void {
    this.#batch.extend("mmuext_op", { what: command, offset: 0 });
  }

  /** The tables below one, each before those that it holds. */
  *#tables(table: TablePage): Generator<TablePage> {
    for (const [, child] of table.sortedTables()) {
      yield child;
      yield* this.#tables(child);
    }
  }
}

/** The present mappings of a range, by rising address. */
export function* mappingsIn(
  tables: PageTables,
  start: number,
  end: number,
): Generator<[address: number, entry: PageEntry]> {
  const span = entrySpan(2);
  for (let base = Math.floor(start / span) * span; base < end; base += span) {
    const table = tables.table(base);
    if (table === undefined) continue;
    const sorted = [...table.entries].sort((a, b) => a[0] - b[0]);
    for (const [index, entry] of sorted) {
      const address = base + index * PAGE_BYTES;
      if (address >= start && address < end) yield [address, entry];
    }
  }
}

function what(entry: PageEntry): string {
  return entry.writable ? "writable" : "read-only";
}
