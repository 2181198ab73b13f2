import { PAGE_FAULT, generalProtection, pageFault } from "./exception.ts";
import type { OperandBytes } from "./instruction.ts";
import { CONTROL, type CpuState } from "./state.ts";

/** Bits of a page-table entry. Intel SDM vol. 3A, tables 4-15 to 4-20. */
export const PTE = {
  P: 1n << 0n,
  RW: 1n << 1n,
  US: 1n << 2n,
  PWT: 1n << 3n,
  PCD: 1n << 4n,
  A: 1n << 5n,
  D: 1n << 6n,
  PS: 1n << 7n,
  G: 1n << 8n,
  NX: 1n << 63n,
} as const;

/** Physical address bits of an entry that names a 4 KiB page or table (bits 51:12). */
export const PTE_ADDRESS = 0x000f_ffff_ffff_f000n;

/** What a memory access wants to do. */
export type Access = "read" | "write" | "fetch";

/** The memory that holds page tables; under EPT, that which goes through it. */
export interface TableMemory {
  read(physical: number, byteCount: OperandBytes): bigint;
  write(physical: number, byteCount: OperandBytes, value: bigint): void;
}

/** What the tables say about one linear address, before any right is checked. */
export interface PageWalk {
  /** Physical address of the access. */
  readonly physical: number;
  /** Size of the page in bytes: 4 KiB, 2 MiB or 1 GiB. */
  readonly pageBytes: number;
  /** The rights of all levels together. */
  readonly writable: boolean;
  readonly user: boolean;
  readonly executable: boolean;
  /** The leaf entry, and where each entry of the walk lies, top level first. */
  readonly leaf: bigint;
  readonly entryAddresses: readonly number[];
}

/** Whether bits 63:47 of a linear address are equal. Intel SDM vol. 1, 3.3.7.1. */
export function isCanonical(linear: bigint): boolean {
  return BigInt.asUintN(64, BigInt.asIntN(48, linear)) === linear;
}

/**
 * Walks four levels of page tables without checking rights or setting bits.
 * Intel SDM vol. 3A, 4.5 "4-Level Paging".
 * @param cr3 Its bits 51:12 name the top table.
 * @returns undefined when an entry on the way is not present.
 */
export function walk(memory: TableMemory, cr3: bigint, linear: bigint): PageWalk | undefined {
  let table = cr3 & PTE_ADDRESS;
  let writable = true;
  let user = true;
  let executable = true;
  const entryAddresses: number[] = [];
  for (let level = 3; level >= 0; level--) {
    const shift = BigInt(12 + 9 * level);
    const at = Number(table + ((linear >> shift) & 511n) * 8n);
    entryAddresses.push(at);
    const entry = memory.read(at, 8);
    if ((entry & PTE.P) === 0n) return undefined;
    writable &&= (entry & PTE.RW) !== 0n;
    user &&= (entry & PTE.US) !== 0n;
    executable &&= (entry & PTE.NX) === 0n;
    const large = (level === 1 || level === 2) && (entry & PTE.PS) !== 0n;
    if (level > 0 && !large) {
      table = entry & PTE_ADDRESS;
      continue;
    }
    const offsetMask = (1n << shift) - 1n;
    const physical = Number((entry & PTE_ADDRESS & ~offsetMask) | (linear & offsetMask));
    const pageBytes = 2 ** Number(shift);
    return { physical, pageBytes, writable, user, executable, leaf: entry, entryAddresses };
  }
  return undefined;
}

/** Whether a walk's rights allow an access; CR0.WP binds the kernel too. SDM vol. 3A, 4.6. */
export function allows(found: PageWalk, access: Access, user: boolean, cr0: bigint): boolean {
  if (user && !found.user) return false;
  if (access === "write") return found.writable || (!user && (cr0 & CONTROL.CR0_WP) === 0n);
  return access === "read" || found.executable;
}

/**
 * Translates a linear address as the processor does: walks the tables, checks rights, sets the
 * accessed and dirty bits. Not modelled: TLBs, SMEP, SMAP, protection keys, reserved bits.
 * @param user Whether the access is made at CPL 3.
 * @throws CpuException #PF, or #GP for an address that is not canonical.
 */
export function translate(
  memory: TableMemory,
  cpu: CpuState,
  linear: bigint,
  access: Access,
  user = cpu.cpl === 3,
): number {
  if (!isCanonical(linear)) throw generalProtection();
  const found = walk(memory, cpu.cr3, linear);
  if (found === undefined || !allows(found, access, user, cpu.cr0)) {
    throw pageFault(linear, errorCode(found !== undefined, access, user));
  }
  markUsed(memory, found, access);
  return found.physical;
}

/** The error code of a page fault by `access`. */
export function errorCode(present: boolean, access: Access, user: boolean): number {
  return (
    (present ? PAGE_FAULT.P : 0) |
    (access === "write" ? PAGE_FAULT.WR : 0) |
    (user ? PAGE_FAULT.US : 0) |
    (access === "fetch" ? PAGE_FAULT.ID : 0)
  );
}

/** Sets A in every entry of a walk, and D in the leaf of a write. SDM vol. 3A, 4.8. */
export function markUsed(memory: TableMemory, found: PageWalk, access: Access): void {
  const last = found.entryAddresses.length - 1;
  found.entryAddresses.forEach((at, index) => {
    const entry = memory.read(at, 8);
    const wanted = entry | PTE.A | (index === last && access === "write" ? PTE.D : 0n);
    if (wanted !== entry) memory.write(at, 8, wanted);
  });
}
