import type { Instruction } from "./instruction.ts";
import type { Access } from "./paging.ts";
import type { Classification } from "./sensitivity.ts";
import type { CpuState } from "./state.ts";

/**
 * What becomes of a sensitive instruction: `native` lets the processor do what it would do by
 * itself (which may be a fault); `handled` means that the hook has done everything, RIP included.
 * A hook that wants a fault throws a `CpuException`.
 */
export type Decision = "native" | "handled";

/**
 * How a way of running the guest's code takes part. Physical accesses, MMIO among them, ports,
 * MSRs and CPUID are decided by the `Platform` instead.
 */
export interface Hooks {
  /** Sees each privileged or sensitive instruction before it executes. */
  sensitive(instruction: Instruction, is: Classification, cpu: CpuState): Decision;
  /**
   * Linear to physical, before each access; throws #PF. `system` for the processor's own accesses
   * to GDT, IDT and TSS, which have the rights of CPL 0.
   */
  translate(linear: bigint, access: Access, system: boolean): number;
}
