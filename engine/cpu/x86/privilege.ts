import { generalProtection } from "./exception.ts";
import type { CpuState } from "./state.ts";

/** @throws CpuException #GP(0) unless CPL is 0. */
export function requireKernel(cpu: CpuState): void {
  if (cpu.cpl !== 0) throw generalProtection();
}

/** The I/O privilege level in RFLAGS, 0 to 3. */
export function ioPrivilegeLevel(cpu: CpuState): number {
  return Number((cpu.rflags >> 12n) & 3n);
}

/**
 * @throws CpuException #GP(0) when CPL is above IOPL: CLI, STI and port I/O. The TSS's I/O
 *   permission bitmap, which could still allow a port, is not modelled.
 */
export function requireIoPrivilege(cpu: CpuState): void {
  if (cpu.cpl > ioPrivilegeLevel(cpu)) throw generalProtection();
}
