import { assert } from "../../core/assert.ts";
import { type Area, copiedByFork, without } from "./area.ts";
import type { MulticallBatch } from "./multicall-batch.ts";
import { mappingsIn, PageTables } from "./page-tables.ts";
import type { PvKernel } from "./pv-kernel.ts";
import { entryIndex, type MappedPage, PAGE_BYTES, TABLE_ENTRIES } from "./table-page.ts";

/** Pages that a read fault maps at most, from the page cache: mm/memory.c, fault_around_pages. */
const FAULT_AROUND_PAGES = 16;
/** Pages up to which the TLB is flushed one by one: arch/x86/mm/tlb.c. */
const SINGLE_FLUSH_PAGES = 33;
/** First address after user space: arch/x86, TASK_SIZE. */
const USER_END = 0x7fff_ffff_f000;
/** Where the lower half ends: tables beyond belong to the kernel. */
const USER_TABLES_END = 0x8000_0000_0000;

/** Where tables and calls of an address space go: its kernel. */
export interface MemoryKernel {
  readonly kernel: PvKernel;
  readonly batch: MulticallBatch;
  /** Gives the number of a free frame. */
  readonly takeFrame: () => number;
}

/**
 * A process's memory as Linux 6.12 manages it (struct mm_struct): areas, page tables under Xen,
 * pages shared after fork. mm/memory.c, mm/mmap.c, mm/mprotect.c, mm/mremap.c, mm/filemap.c.
 */
export class AddressSpace {
  readonly tables: PageTables;
  readonly #memory: MemoryKernel;
  #areas: readonly Area[] = [];

  constructor(memory: MemoryKernel) {
    this.#memory = memory;
    this.tables = new PageTables(memory.kernel, memory.batch, memory.takeFrame);
  }

  /** Its areas by rising address. */
  get areas(): readonly Area[] {
    return this.#areas;
  }

  /** Maps an area (`mmap`, `brk`, a segment of a program); touches no page table. */
  map(area: Area): void {
    const rest = without(this.#areas, area.start, area.end);
    this.#areas = [...rest, area].sort((a, b) => a.start - b.start);
  }

  /** The area of an address. */
  areaAt(address: number): Area | undefined {
    return this.#areas.find((area) => area.start <= address && address < area.end);
  }

  /** Whether an access goes through without the kernel. */
  permits(address: number, write: boolean): boolean {
    const entry = this.tables.entry(address);
    return entry !== undefined && (entry.writable || !write);
  }

  /**
   * handle_mm_fault: makes an access possible.
   * @returns False when no area allows it; the process gets SIGSEGV.
   */
  fault(address: number, write: boolean): boolean {
    const area = this.areaAt(address);
    if (area === undefined || (write && !area.writable)) return false;
    const page = Math.floor(address / PAGE_BYTES) * PAGE_BYTES;
    const entry = this.tables.entry(page);
    if (entry !== undefined) {
      if (write && !entry.writable) this.#writeProtected(page, entry.page, area);
    } else if (area.backing === "anonymous" || (write && area.backing === "file")) {
      this.#missingPrivate(page, write, area);
    } else if (area.backing === "file") this.#faultAround(page, area);
    else this.tables.set(page, { page: filePage(), writable: area.writable });
    return true;
  }

  /** Puts a page into the process without a fault and without a trace of it: where a model begins. */
  place(address: number, page: MappedPage, writable: boolean): void {
    const table = this.tables.allocate(address);
    table.entries.set(entryIndex(address, 1), { page, writable });
    if (page.kind === "anonymous") this.#markPrivate(address);
  }

  /** Makes tables for an address without anything mapped. */
  placeTables(address: number): void {
    this.tables.allocate(address);
  }

  /** munmap: unmap_vmas, free_pgtables, tlb_finish_mmu. */
  unmap(start: number, end: number): void {
    let first = Infinity;
    let last = -Infinity;
    const { batch } = this.#memory;
    batch.enterLazyMmu();
    for (const [address, entry] of mappingsIn(this.tables, start, end)) {
      this.tables.exchange(address, undefined, "unmap_page_range");
      entry.page.mapCount--;
      first = Math.min(first, address);
      last = Math.max(last, address + PAGE_BYTES);
    }
    batch.leaveLazyMmu();
    this.#areas = without(this.#areas, start, end);
    const below = this.#areas.filter((area) => area.end <= start).at(-1);
    const above = this.#areas.find((area) => area.start >= end);
    const floor = below?.end ?? 0;
    const ceiling = above?.start ?? USER_TABLES_END;
    for (const freed of this.tables.free({ start, end, floor, ceiling })) {
      first = Math.min(first, freed);
      last = Math.max(last, freed + PAGE_BYTES);
    }
    if (last > first) this.#flushRange(first, last);
  }

  /** mprotect: change_protection, with what became of every mapping told to Xen in one list. */
  protect(start: number, end: number, writable: boolean): void {
    const area = this.areaAt(start);
    assert(area !== undefined, "mprotect changes an area that is there");
    this.map({ ...area, start, end, writable });
    const { batch } = this.#memory;
    let first = Infinity;
    let last = -Infinity;
    batch.enterLazyMmu();
    for (const [address, entry] of mappingsIn(this.tables, start, end)) {
      // A page that is shared, or not ours alone, becomes writable only by a later fault.
      const may = writable && entry.page.exclusive && entry.writable;
      this.tables.changeProtection(address, { page: entry.page, writable: may });
      first = Math.min(first, address);
      last = Math.max(last, address + PAGE_BYTES);
    }
    batch.leaveLazyMmu();
    if (last > first) this.#flushRange(first, last);
  }

  /** move_page_tables: moves the mappings of an area, as exec does with the stack. */
  move(from: Area, newStart: number): void {
    const { batch } = this.#memory;
    const distance = newStart - from.start;
    this.map({ ...from, start: newStart, end: from.end + distance });
    this.#areas = this.#areas.filter((area) => area.start !== from.start);
    const moved = [...mappingsIn(this.tables, from.start, from.end)];
    for (const [address] of moved) this.tables.allocate(address + distance);
    batch.enterLazyMmu();
    for (const [address, entry] of moved) {
      this.tables.exchange(address, undefined, "move_page_tables");
      this.tables.set(address + distance, entry);
    }
    batch.leaveLazyMmu();
    if (moved.length > 0) this.#flushRange(from.start, from.end);
    const freed = this.tables.free({
      start: from.start,
      end: from.end,
      floor: from.end + distance,
      ceiling: USER_TABLES_END,
    });
    if (freed.length > 0) this.#flushAll();
  }

  /** dup_mmap: copies what must be copied, write-protects both sides, and pins the copy. */
  fork(): AddressSpace {
    const child = new AddressSpace(this.#memory);
    child.#areas = this.#areas;
    for (const area of this.#areas) if (copiedByFork(area)) this.#copyArea(area, child);
    child.tables.pin();
    this.#flushAll();
    return child;
  }

  /** exit_mmap: leaves the tables if the CPU still has them, unpins them, and lets the pages go. */
  exit(initialRoot: number): void {
    const { kernel } = this.#memory;
    if (kernel.loadedRoot === this.tables.root.frame) kernel.loadRoot(initialRoot);
    this.tables.unpin();
    for (const { start, end } of this.#areas) {
      for (const [, entry] of mappingsIn(this.tables, start, end)) entry.page.mapCount--;
    }
    this.#areas = [];
  }

  /** copy_page_range of one area. */
  #copyArea(area: Area, child: AddressSpace): void {
    const { batch } = this.#memory;
    const span = PAGE_BYTES * TABLE_ENTRIES;
    for (let base = Math.floor(area.start / span) * span; base < area.end; base += span) {
      if (this.tables.table(base) === undefined) continue;
      const start = Math.max(base, area.start);
      child.tables.allocate(start);
      batch.enterLazyMmu();
      const end = Math.min(base + span, area.end);
      for (const [address, entry] of mappingsIn(this.tables, start, end)) {
        const { page } = entry;
        const shared = { page, writable: false };
        if (entry.writable) this.tables.exchange(address, shared, "copy_page_range");
        page.exclusive = false;
        page.mapCount++;
        child.tables.set(address, shared);
      }
      batch.leaveLazyMmu();
    }
  }

  /** do_anonymous_page, do_cow_fault; a first read of private memory maps the page of zeros. */
  #missingPrivate(address: number, write: boolean, area: Area): void {
    if (!write) {
      this.tables.set(address, { page: zeroPage(), writable: false });
      return;
    }
    this.#markPrivate(area.start);
    this.tables.set(address, { page: privatePage(), writable: true });
  }

  /** do_wp_page: goes on with a page that nobody else has, else copies it. */
  #writeProtected(address: number, page: MappedPage, area: Area): void {
    if (area.backing === "shared") {
      this.tables.set(address, { page, writable: true });
      return;
    }
    if (page.kind === "anonymous" && (page.exclusive || page.mapCount === 1)) {
      page.exclusive = true;
      this.tables.set(address, { page, writable: true });
      return;
    }
    this.#markPrivate(area.start);
    this.tables.exchange(address, undefined, "ptep_clear_flush");
    this.#flushPage(address);
    page.mapCount--;
    this.tables.set(address, { page: privatePage(), writable: true });
  }

  /** do_fault_around: maps the pages of the file around one, as far as area and table reach. */
  #faultAround(address: number, area: Area): void {
    const index = entryIndex(address, 1);
    const before = (address - area.start) / PAGE_BYTES;
    const after = (area.end - address) / PAGE_BYTES;
    const aligned = index - (index % FAULT_AROUND_PAGES);
    const first = Math.max(aligned, index - Math.min(index, before));
    const last = Math.min(first + FAULT_AROUND_PAGES, TABLE_ENTRIES, index + after) - 1;
    for (let at = first; at <= last; at++) {
      const page = address + (at - index) * PAGE_BYTES;
      if (this.tables.entry(page) !== undefined) continue;
      this.tables.set(page, { page: filePage(), writable: false });
    }
  }

  #markPrivate(address: number): void {
    this.#areas = this.#areas.map((area) =>
      area.start <= address && address < area.end ? { ...area, hasPrivatePages: true } : area,
    );
  }

  /** flush_tlb_mm_range. */
  #flushRange(start: number, end: number): void {
    if ((end - start) / PAGE_BYTES > SINGLE_FLUSH_PAGES) this.#flushAll();
    else for (let page = start; page < end; page += PAGE_BYTES) this.#flushPage(page);
  }

  #flushPage(address: number): void {
    if (!this.#loaded) return;
    this.#memory.batch.extend("mmuext_op", { what: "invlpg_local", offset: address });
    this.#memory.batch.issue(true);
  }

  #flushAll(): void {
    if (!this.#loaded) return;
    this.#memory.batch.extend("mmuext_op", { what: "tlb_flush_local", offset: 0 });
    this.#memory.batch.issue(true);
  }

  /** Whether the CPU walks these tables: only then there is something to flush. */
  get #loaded(): boolean {
    return this.#memory.kernel.loadedRoot === this.tables.root.frame;
  }
}

/** The area in which exec prepares the new program's stack: the highest page of user space. */
export function temporaryStack(): Area {
  const start = USER_END - PAGE_BYTES;
  return { start, end: USER_END, backing: "anonymous", writable: true, hasPrivatePages: false };
}

/** A private page that one process has for itself. */
export function privatePage(): MappedPage {
  return { kind: "anonymous", mapCount: 1, exclusive: true };
}

/** A page of a file in the page cache. */
export function filePage(): MappedPage {
  return { kind: "file", mapCount: 1, exclusive: false };
}

function zeroPage(): MappedPage {
  return { kind: "zero", mapCount: 1, exclusive: false };
}
