import type { Source } from "../cost.ts";

/** The commit of kvm-unit-tests that times IBRS and IBPB on Haswell. */
export const IBRS_2018: Source = {
  cite: "Bonzini: kvm-unit-tests, x86/vmexit.c, 2018-01-08",
  where: "commit f2665de7ab14, message",
  url: "https://gitlab.com/kvm-unit-tests/kvm-unit-tests",
};

/** The thread with SPEC_CTRL and BHB clearing at VM exit on Sapphire Rapids. */
export const BHI_VM_EXIT: Source = {
  cite: "Kohler: BHI mitigation at VM exit by TSX abort, lkml, 2024-09 (Linux 6.6.34, Xeon Gold 6442Y)",
  where: "Test Results",
};

/** Linux on page-table isolation. */
export const PTI: Source = {
  cite: "Linux, Documentation/arch/x86/pti.rst",
  where: "Overhead, 2a: a CR3 write costs in the order of a hundred cycles",
};

/** KVM without indirect calls. */
export const KVM_MONOLITHIC_2019: Source = {
  cite: "Arcangeli: [PATCH 00/17] KVM monolithic v1, kvm@vger, 2019-09-20",
  where: "cover letter",
};

/** DragonFly BSD's system calls on Skylake with IBRS. */
export const DRAGONFLY_2018: Source = {
  cite: "DragonFly BSD, kernel: implement spectre mitigations part 1, 2018",
  where: "commit 8ed0657196b6, message: system calls of 360 ns become 848 ns",
  url: "https://gitweb.dragonflybsd.org/dragonfly.git/commit/8ed0657196b63163619ab4783b55acf8c1dc13c3",
};

/** Intel's description of what has to be cleared. */
export const INTEL_MDS: Source = {
  cite: "Intel: Deep Dive: Intel Analysis of Microarchitectural Data Sampling",
  where: "Mitigations: VERW at each change to less privileged software (no cycles given)",
  url: "https://software.intel.com/security-software-guidance/insights/deep-dive-intel-analysis-microarchitectural-data-sampling",
};

/** Linux's description of the flush of the first-level data cache. */
export const L1TF: Source = {
  cite: "Linux, Documentation/admin-guide/hw-vuln/l1tf.rst",
  where: "Mitigation mechanism: L1D flush on VMENTER (no cycles given)",
};

/** Linux's tables of parts that a weakness concerns, for the entry `where`. */
export function vulnerabilities(where: string): Source {
  return {
    cite: "Linux, arch/x86/kernel/cpu/common.c: cpu_vuln_whitelist, cpu_vuln_blacklist, cpu_set_bug_bits",
    where,
    url: "https://github.com/torvalds/linux/blob/master/arch/x86/kernel/cpu/common.c",
  };
}
