/** A page of memory that page tables map. */
export interface MappedPage {
  /** Private memory, a page of a file, or the page of zeros that untouched memory reads as. */
  readonly kind: "anonymous" | "file" | "zero";
  /** Page-table entries that map it. */
  mapCount: number;
  /** Whether one process alone may write to it: Linux, PageAnonExclusive. */
  exclusive: boolean;
}

/** An entry of a lowest page table: a present mapping. */
export interface PageEntry {
  readonly page: MappedPage;
  readonly writable: boolean;
}

/** Bytes of a page, and of a table's entry. */
export const PAGE_BYTES = 4096;
/** Bytes of an entry of a page table. */
export const ENTRY_BYTES = 8;
/** Entries of a page table. */
export const TABLE_ENTRIES = 512;

/** One page of a page table: level 4 is the root, level 1 holds the mappings. */
export class TablePage {
  readonly level: number;
  /** Frame number, for the reader. */
  readonly frame: number;
  /** Whether the kernel gave it to Xen: it is read-only then, and Xen checks every write. */
  pinned = false;
  readonly tables = new Map<number, TablePage>();
  readonly entries = new Map<number, PageEntry>();

  constructor(level: number, frame: number) {
    this.level = level;
    this.frame = frame;
  }

  /** Its entries that are tables, by rising index. */
  sortedTables(): [index: number, table: TablePage][] {
    return [...this.tables].sort((a, b) => a[0] - b[0]);
  }
}

/** Bytes that one entry of a table at this level covers. */
export function entrySpan(level: number): number {
  return PAGE_BYTES * TABLE_ENTRIES ** (level - 1);
}

/** Which entry of a table at this level an address uses. */
export function entryIndex(address: number, level: number): number {
  return Math.floor(address / entrySpan(level)) % TABLE_ENTRIES;
}
