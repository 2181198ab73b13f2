import { PTE, PTE_ADDRESS } from "../x86/paging.ts";
import type { VmmMemory } from "./vmm-memory.ts";

/** What a shadow entry lets the deprivileged guest do with its page. */
export interface ShadowRights {
  readonly writable: boolean;
  readonly user: boolean;
  readonly executable: boolean;
}

/** Where one linear page of the guest comes from, as the guest's tables had it when it was filled. */
interface ShadowLeaf {
  readonly space: ShadowSpace;
  /** Linear address of the page. */
  readonly linear: bigint;
  /** Guest-physical address of the page. */
  readonly physical: number;
  /** Where the shadow entry lies. */
  readonly entryAddress: number;
  /** Guest-physical addresses of the guest's entries it was made from. */
  readonly guestEntries: readonly number[];
}

/** The shadow of one guest address space. */
interface ShadowSpace {
  readonly root: number;
  readonly leaves: Map<bigint, ShadowLeaf>;
}

/** Counts of what happened to shadow tables. */
export interface ShadowCounts {
  /** Entries filled by hidden page faults. */
  filled: number;
  /** Entries dropped because the guest changed the entries they were made from, or by INVLPG. */
  dropped: number;
  /** Entries whose page became traced, so that writes to it fault. */
  protectedCount: number;
  /** Address spaces built, and taken up again by a load of CR3. */
  builtSpaces: number;
  reusedSpaces: number;
}

const PAGE_BYTES = 4096;
const PAGE_MASK = ~0xfffn;
/** Pages of table memory that one fill may need. */
const PAGES_FOR_A_FILL = 4;

/**
 * The page tables that the processor really walks while the guest runs: guest-linear to
 * host-physical. They are filled on demand from the guest's own tables, page by page, by page faults
 * that the guest never sees. The pages of the guest's tables are traced: mapped without write
 * access, so that the VMM sees every change and drops what was made from it. Pages of devices
 * never get an entry. Adams and Agesen (ASPLOS 2006), 2.1 "Primary and shadow structures", 2.2
 * "Memory traces", 2.3 "Tracing example: x86 page tables".
 */
export class ShadowPageTable {
  readonly counts: ShadowCounts = {
    filled: 0,
    dropped: 0,
    protectedCount: 0,
    builtSpaces: 0,
    reusedSpaces: 0,
  };
  readonly #memory: VmmMemory;
  readonly #mapVmm: (root: number, table: ShadowPageTable) => void;
  readonly #mark: number;
  readonly #spaces = new Map<bigint, ShadowSpace>();
  /** Guest-physical pages that hold entries of the guest's tables. */
  readonly #tablePages = new Set<number>();
  /** Leaves by the address of a guest entry they were made from. */
  readonly #byGuestEntry = new Map<number, Set<ShadowLeaf>>();
  /** Leaves by the guest-physical page they map. */
  readonly #byPage = new Map<number, Set<ShadowLeaf>>();
  #space: ShadowSpace | undefined;

  /**
   * @param memory Where the tables lie; all its pages that are free now are theirs.
   * @param mapVmm Maps the VMM's own pages into each new address space.
   */
  constructor(memory: VmmMemory, mapVmm: (root: number, table: ShadowPageTable) => void) {
    this.#memory = memory;
    this.#mapVmm = mapVmm;
    this.#mark = memory.mark();
  }

  /** Physical address of the top table in use: what the real CR3 holds. */
  get root(): bigint {
    return BigInt(this.#space?.root ?? 0);
  }

  /** The guest loads CR3: its space is built, or taken up again as traces have kept it right. */
  load(guestCr3: bigint): void {
    const key = guestCr3 & PTE_ADDRESS;
    const known = this.#spaces.get(key);
    if (known !== undefined) {
      if (known !== this.#space) this.counts.reusedSpaces++;
      this.#space = known;
      return;
    }
    if (this.#memory.freePageCount < 3 * PAGES_FOR_A_FILL) this.clear();
    const space = { root: this.#memory.allocatePages(1), leaves: new Map<bigint, ShadowLeaf>() };
    this.counts.builtSpaces++;
    this.#spaces.set(key, space);
    this.#space = space;
    this.#mapVmm(space.root, this);
  }

  /** Drops all spaces and entries; `load` has to follow. */
  clear(): void {
    for (const { leaves } of this.#spaces.values()) this.counts.dropped += leaves.size;
    this.#spaces.clear();
    this.#tablePages.clear();
    this.#byGuestEntry.clear();
    this.#byPage.clear();
    this.#space = undefined;
    this.#memory.release(this.#mark);
  }

  /** Whether memory for another fill is left; if not, the caller clears and loads. */
  get hasRoom(): boolean {
    return this.#memory.freePageCount >= PAGES_FOR_A_FILL;
  }

  /**
   * Fills the entry of a linear page in the current space, and traces the guest's entries.
   * @param guestEntries Guest-physical addresses of the entries of the guest's walk.
   */
  fill(
    linear: bigint,
    physical: number,
    rights: ShadowRights,
    guestEntries: readonly number[],
  ): void {
    const space = this.#space as ShadowSpace;
    const page = linear & PAGE_MASK;
    const physicalPage = physical - (physical % PAGE_BYTES);
    const before = space.leaves.get(page);
    if (before !== undefined) this.#forget(before);
    for (const entry of guestEntries) this.#traceTablePage(entry - (entry % PAGE_BYTES));
    const entryAddress = this.#leafAddress(space.root, page);
    // The page may have become a traced one by this very walk.
    const writable = rights.writable && !this.#tablePages.has(physicalPage);
    this.#memory.write(entryAddress, 8, entryOf(physicalPage, { ...rights, writable }));
    const leaf: ShadowLeaf = {
      space,
      linear: page,
      physical: physicalPage,
      entryAddress,
      guestEntries,
    };
    space.leaves.set(page, leaf);
    for (const entry of guestEntries) addTo(this.#byGuestEntry, entry, leaf);
    addTo(this.#byPage, physicalPage, leaf);
    this.counts.filled++;
  }

  /** Maps a page of the VMM at a linear address of a space, for ring 1 only. */
  mapVmmPage(root: number, linear: bigint, physical: number): void {
    const rights = { writable: true, user: false, executable: true };
    this.#memory.write(this.#leafAddress(root, linear), 8, entryOf(physical, rights));
  }

  /** Whether a guest-physical page holds entries of the guest's tables. */
  isTablePage(physicalPage: number): boolean {
    return this.#tablePages.has(physicalPage);
  }

  /** Takes write access from every entry that maps a guest-physical page. */
  protect(physicalPage: number): void {
    for (const leaf of this.#byPage.get(physicalPage) ?? []) {
      const entry = this.#memory.read(leaf.entryAddress, 8);
      if ((entry & PTE.RW) === 0n) continue;
      this.#memory.write(leaf.entryAddress, 8, entry & ~PTE.RW);
      this.counts.protectedCount++;
    }
  }

  /**
   * The guest wrote to memory: what was made from entries there is dropped.
   * @returns Number of shadow entries dropped.
   */
  written(physical: number, byteCount: number): number {
    let dropped = 0;
    for (let entry = physical - (physical % 8); entry < physical + byteCount; entry += 8) {
      for (const leaf of this.#byGuestEntry.get(entry) ?? []) {
        this.#forget(leaf);
        dropped++;
      }
    }
    this.counts.dropped += dropped;
    return dropped;
  }

  /** INVLPG: drops the entry of a linear page. @returns Whether there was one. */
  invalidate(linear: bigint): boolean {
    const leaf = this.#space?.leaves.get(linear & PAGE_MASK);
    if (leaf === undefined) return false;
    this.#forget(leaf);
    this.counts.dropped++;
    return true;
  }

  #traceTablePage(page: number): void {
    if (this.#tablePages.has(page)) return;
    this.#tablePages.add(page);
    this.protect(page);
  }

  #forget(leaf: ShadowLeaf): void {
    this.#memory.write(leaf.entryAddress, 8, 0n);
    leaf.space.leaves.delete(leaf.linear);
    for (const entry of leaf.guestEntries) removeFrom(this.#byGuestEntry, entry, leaf);
    removeFrom(this.#byPage, leaf.physical, leaf);
  }

  /** Where the last-level entry of a linear address lies; tables on the way are made. */
  #leafAddress(root: number, linear: bigint): number {
    let table = root;
    for (let level = 3n; level > 0n; level--) {
      const at = table + Number((linear >> (12n + 9n * level)) & 511n) * 8;
      const entry = this.#memory.read(at, 8);
      if ((entry & PTE.P) !== 0n) {
        table = Number(entry & PTE_ADDRESS);
        continue;
      }
      // The leaf decides: the levels above allow everything.
      table = this.#memory.allocatePages(1);
      this.#memory.write(at, 8, BigInt(table) | PTE.P | PTE.RW | PTE.US);
    }
    return table + Number((linear >> 12n) & 511n) * 8;
  }
}

function entryOf(physicalPage: number, { writable, user, executable }: ShadowRights): bigint {
  return (
    BigInt(physicalPage) |
    PTE.P |
    (writable ? PTE.RW : 0n) |
    (user ? PTE.US : 0n) |
    (executable ? 0n : PTE.NX)
  );
}

function addTo<K>(index: Map<K, Set<ShadowLeaf>>, key: K, leaf: ShadowLeaf): void {
  const set = index.get(key);
  if (set === undefined) index.set(key, new Set([leaf]));
  else set.add(leaf);
}

function removeFrom<K>(index: Map<K, Set<ShadowLeaf>>, key: K, leaf: ShadowLeaf): void {
  index.get(key)?.delete(leaf);
}
