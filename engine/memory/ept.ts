/** Where translation tables lie: 64-bit entries in pages of host memory. */
export interface TableMemory {
  /** The 8 bytes at a host-physical address. */
  read64(address: number): bigint;
  write64(address: number, value: bigint): void;
  /** A zeroed 4 KiB page; returns its host-physical address. */
  allocatePage(): number;
}

/** How an address is used. */
export interface AccessKind {
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
}

/** What the walk of the extended page tables came to. */
export type EptResult =
  | { readonly outcome: "translated"; readonly address: number }
  | {
      readonly outcome: "violation";
      readonly readable: boolean;
      readonly writable: boolean;
      readonly executable: boolean;
    }
  | { readonly outcome: "misconfiguration"; readonly level: number; readonly entry: bigint };

/** Rights and memory type of a mapping. */
export interface EptMapping {
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  /** Devices' registers are uncacheable; default write-back. */
  readonly memoryType?: "writeBack" | "uncacheable";
}

/** Sizes of a page that these tables map, in bytes. */
export type EptPageBytes = 4096 | 0x20_0000;

const READ = 1n;
const WRITE = 2n;
const EXECUTE = 4n;
const LARGE = 0x80n;
const WRITE_BACK = 6n << 3n;
const ADDRESS = 0x000f_ffff_ffff_f000n;
const LEVELS = 4;

/**
 * The entry with which KVM marks guest-physical pages that are no memory: write and execute without
 * read is a misconfiguration, so that an access exits at once (arch/x86/kvm/mmu/spte.c,
 * `kvm_mmu_set_mmio_spte_mask`; VMX_EPT_MISCONFIG_WX_VALUE).
 */
export const MMIO_ENTRY = WRITE | EXECUTE;

/**
 * Extended page tables: guest-physical to host-physical addresses, four levels of 64-bit entries in
 * host memory. Intel SDM vol. 3C, 29.3.2 "EPT Translation Mechanism" and 29.3.3 "EPT-Induced VM
 * Exits". Memory types other than write-back, accessed and dirty flags and 1 GiB pages are not
 * modelled.
 */
export class ExtendedPageTables {
  /** Host-physical address of the PML4 table, as it stands in EPTP bits 51:12. */
  readonly root: number;
  readonly #memory: TableMemory;

  constructor(memory: TableMemory) {
    this.#memory = memory;
    this.root = memory.allocatePage();
  }

  /** EPTP: write-back tables, walk of four levels (25.6.11 "Extended-Page-Table Pointer"). */
  get pointer(): bigint {
    return BigInt(this.root) | (BigInt(LEVELS - 1) << 3n) | 6n;
  }

  /** Maps one page, of 4 KiB unless `pageBytes` says otherwise; no table may lie below a large one. */
  map(gpa: number, hpa: number, mapping: EptMapping, pageBytes: EptPageBytes = 4096): void {
    const rights =
      (mapping.read ? READ : 0n) | (mapping.write ? WRITE : 0n) | (mapping.execute ? EXECUTE : 0n);
    const type = mapping.memoryType === "uncacheable" ? 0n : WRITE_BACK;
    const size = pageBytes === 4096 ? 0n : LARGE;
    const entry = rights | type | size | BigInt(hpa - (hpa % pageBytes));
    this.#memory.write64(this.#leaf(gpa, pageBytes === 4096 ? 1 : 2), entry);
  }

  /** Marks a page as a device's, the way KVM does: an access is a misconfiguration. */
  markMmio(gpa: number): void {
    this.#memory.write64(this.#leaf(gpa), MMIO_ENTRY);
  }

  /** Removes the mapping of a page. */
  unmap(gpa: number): void {
    this.#memory.write64(this.#leaf(gpa), 0n);
  }

  /** Walks the tables for one access; `addresses` of the entries read are appended to `visited`. */
  walk(gpa: number, access: AccessKind, visited?: number[]): EptResult {
    let table = this.root;
    let rights = READ | WRITE | EXECUTE;
    for (let level = LEVELS; level >= 1; level--) {
      const at = table + 8 * indexAt(gpa, level);
      visited?.push(at);
      const entry = this.#memory.read64(at);
      if ((entry & 7n) === 0n) return violation(0n);
      if (isMisconfigured(entry, level)) return { outcome: "misconfiguration", level, entry };
      rights &= entry;
      const frame = Number(entry & ADDRESS);
      if (level === 1 || (level === 2 && (entry & LARGE) !== 0n)) {
        if (!allows(rights, access)) return violation(rights);
        const pageBytes = level === 1 ? 4096 : 0x20_0000;
        return { outcome: "translated", address: frame + (gpa % pageBytes) };
      }
      table = frame;
    }
    return violation(0n);
  }

  #leaf(gpa: number, lowest = 1): number {
    let table = this.root;
    for (let level = LEVELS; level > lowest; level--) {
      const at = table + 8 * indexAt(gpa, level);
      let entry = this.#memory.read64(at);
      if ((entry & 7n) === 0n) {
        entry = READ | WRITE | EXECUTE | BigInt(this.#memory.allocatePage());
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

/** 29.3.3.1 "EPT Misconfigurations": writable but not readable, or reserved bits and types. */
function isMisconfigured(entry: bigint, level: number): boolean {
  if ((entry & 3n) === WRITE) return true;
  const isLeaf = level === 1 || (level === 2 && (entry & LARGE) !== 0n);
  if (!isLeaf) return (entry & 0xf8n) !== 0n;
  const type = (entry >> 3n) & 7n;
  return type === 2n || type === 3n || type === 7n;
}

function allows(rights: bigint, access: AccessKind): boolean {
  return (
    (!access.read || (rights & READ) !== 0n) &&
    (!access.write || (rights & WRITE) !== 0n) &&
    (!access.execute || (rights & EXECUTE) !== 0n)
  );
}

function violation(rights: bigint): EptResult {
  return {
    outcome: "violation",
    readable: (rights & READ) !== 0n,
    writable: (rights & WRITE) !== 0n,
    executable: (rights & EXECUTE) !== 0n,
  };
}
