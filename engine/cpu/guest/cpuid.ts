import type { CpuidResult } from "../x86/platform.ts";

const VENDOR = { ebx: 0x756e_6547, edx: 0x4965_6e69, ecx: 0x6c65_746e } as const;
/** FPU, TSC, MSR, PAE, CX8, APIC, PGE, CMOV. Intel SDM vol. 2A, table 3-11. */
const FEATURES_EDX = 0x0000_a371;
/** SYSCALL, NX, long mode. */
const EXTENDED_EDX = (1 << 11) | (1 << 20) | (1 << 29);

/** CPUID of the model: leaves 0 and 1, and the extended leaves that long mode needs. */
export function cpuidOf(leaf: number, _subleaf: number): CpuidResult {
  switch (leaf) {
    case 0:
      return { eax: 1, ...VENDOR };
    case 1:
      return { eax: 0x0003_06a9, ebx: 0, ecx: 0, edx: FEATURES_EDX };
    case 0x8000_0000:
      return { eax: 0x8000_0001, ebx: 0, ecx: 0, edx: 0 };
    case 0x8000_0001:
      return { eax: 0, ebx: 0, ecx: 1, edx: EXTENDED_EDX };
    default:
      return { eax: 0, ebx: 0, ecx: 0, edx: 0 };
  }
}
