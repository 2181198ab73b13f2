/**
 * Where the VMM lies in every linear address space: the topmost 4 MiB, which the guest's kernel
 * loses, as VMware's monitor had it. All of it can be named by a 32-bit displacement without base
 * register, and reached from anywhere in it by a 32-bit jump. Adams and Agesen (ASPLOS 2006), 3.
 */
export const VMM_BASE = 0xffff_ffff_ffc0_0000n;

/** Linear address of the page with the virtual CPU's state that translated code works on. */
export const VCPU_PAGE = VMM_BASE;

/** Linear address of the translation cache. */
export const CACHE_BASE = VMM_BASE + 0x10_0000n;

/** Fields of the virtual CPU's page, as offsets. */
export const VCPU = {
  /** Virtual IF, as bit 9 of a quadword: CLI and STI are a store to its second byte. */
  interruptFlag: 0x00,
  /** Virtual IOPL, as bits 13:12 of a quadword. */
  ioPrivilege: 0x08,
  savedRax: 0x10,
  savedRcx: 0x18,
  savedRsp: 0x20,
  /** Guest address that an indirect branch goes to. */
  target: 0x28,
  /** Number of the callout that was taken. */
  callout: 0x30,
  /** Number of the fragment's exit that was taken. */
  exit: 0x34,
  /** Top of the small stack on which translated code saves flags. */
  stackTop: 0x1000,
} as const;

/** Entry points of the VMM for translated code: jumping to one leaves the translation cache. */
export const VMM_ENTRY = {
  /** An exit that is not chained: find or translate the block at its guest address. */
  dispatch: VMM_BASE + 0x1000n,
  /** A sensitive instruction that the VMM emulates. */
  callout: VMM_BASE + 0x1010n,
  /** An indirect branch: look its target up. */
  lookup: VMM_BASE + 0x1020n,
} as const;

/** Displacement that names a field of the virtual CPU's page, as an unsigned 32-bit number. */
export function vcpuField(offset: number): number {
  return Number(BigInt.asUintN(32, VCPU_PAGE + BigInt(offset)));
}
