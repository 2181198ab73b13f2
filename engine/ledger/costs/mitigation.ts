import { defineCosts } from "../cost.ts";
import { CPUID_EXIT_2024, PBRSB_2022, seenOnSvm } from "../sources/kvm.ts";
import {
  BHI_VM_EXIT,
  IBRS_2018,
  INTEL_MDS,
  KVM_MONOLITHIC_2019,
  L1TF,
  PTI,
} from "../sources/mitigation.ts";

/**
 * What mitigations of speculation cost on the way between guest, hypervisor and user space. The
 * values are for parts before enhanced IBRS; profiles say where a part needs less, more or none.
 */
export const MITIGATION = defineCosts({
  mitigationSpecCtrlPerExit: {
    doc: "Writes of SPEC_CTRL on one VM exit and the entry after it; none while host and guest have the same value.",
    category: "transition",
    unit: "cycles",
    value: { low: 0, typical: 0, high: 500 },
    machine: "Haswell",
    evidence: "derived",
    formula:
      "0 where host and guest use retpolines, up to 2 writes × 250 cycles (506 measured for two)",
    source: IBRS_2018,
  },
  mitigationRsbPerExit: {
    doc: "Filling the return stack buffer after a VM exit.",
    category: "transition",
    unit: "cycles",
    value: { low: 18, typical: 60, high: 120 },
    machine: "parts without enhanced IBRS",
    evidence: "assumed",
    why: "32 calls and their stack adjustment; only the short sequence for enhanced IBRS (2026 − 2008 = 18 cycles) has been seen measured.",
    source: PBRSB_2022,
  },
  mitigationBhbClearPerExit: {
    doc: "Clearing the branch history after a VM exit by a loop of branches.",
    category: "transition",
    unit: "cycles",
    value: { low: 141, typical: 476, high: 476 },
    machine: "Sapphire Rapids, Xeon Gold 6442Y, Linux 6.6.34, spectre_bhi=vmexit",
    evidence: "derived",
    formula: "3629 − 3153 for the long loop; 3294 − 3153 by a TSX abort",
    source: BHI_VM_EXIT,
  },
  mitigationRetpolinePerExit: {
    doc: "Retpolines and return thunks on KVM's way from a VM exit to the entry, without a device model.",
    category: "transition",
    unit: "instructions",
    value: { low: 150, typical: 178, high: 264 },
    machine: "Linux 6.12 on SVM, mitigations by default against mitigations=off",
    evidence: "derived",
    formula:
      "instructions of an exit with and without: MSR read 2571 − 2393, interrupt window 1687 − 1535, MSR write 3334 − 3070; Arcangeli: more than 10 % of an exit",
    source: [
      seenOnSvm(
        "svm-rtl8139-qemu-mitigations, svm-virtio-vhost-mitigations: stats.json, calibrated",
      ),
      KVM_MONOLITHIC_2019,
    ],
  },
  mitigationRetpolinePerUserExit: {
    doc: "The same for the way on to user space and back by KVM_RUN.",
    category: "transition",
    unit: "instructions",
    value: { low: 270, typical: 356, high: 384 },
    machine: "Linux 6.12 on SVM, mitigations by default against mitigations=off",
    evidence: "derived",
    formula: "read of IMR: (3424 − 3119) + (4206 − 3977) = 534, less 178 for the exit itself",
    source: seenOnSvm("svm-rtl8139-qemu-mitigations: stats.json, calibrated"),
  },
  mitigationPtiPerSystemCall: {
    doc: "Page-table isolation: CR3 written on entry to the kernel and on return to user space.",
    category: "transition",
    unit: "cycles",
    value: { low: 150, typical: 200, high: 600 },
    machine: "x86 with PCID that Meltdown concerns",
    evidence: "derived",
    formula: "2 writes × 100 cycles (in the order of)",
    source: PTI,
  },
  mitigationBranchPerSystemCall: {
    doc: "Branch predictor control around a system call: SPEC_CTRL written twice, or the branch history cleared.",
    category: "transition",
    unit: "cycles",
    value: { low: 0, typical: 0, high: 500 },
    machine: "Haswell",
    evidence: "derived",
    formula: "0 with retpolines, up to 2 writes × 250 cycles with IBRS",
    source: IBRS_2018,
  },
  mitigationBufferClearPerEntry: {
    doc: "VERW before a VM entry clears the buffers that MDS and MMIO stale data leak from.",
    category: "transition",
    unit: "cycles",
    value: { low: 100, typical: 260, high: 580 },
    machine: "Intel up to Ice Lake; measured on a part that is not named, 2024",
    evidence: "derived",
    formula:
      "1600 − 1018 = 582 for all mitigations of a CPUID exit, less 18 for the return stack and 300 for the branch history",
    source: [CPUID_EXIT_2024, INTEL_MDS],
  },
  mitigationBufferClearPerUserReturn: {
    doc: "VERW before a return to user space.",
    category: "transition",
    unit: "cycles",
    value: { low: 100, typical: 260, high: 580 },
    machine: "Intel up to Ice Lake",
    evidence: "assumed",
    why: "As before a VM entry, where 1600 − 1018 = 582 less 18 and 300 are left for it: the instruction is the same, the way is another.",
    source: [CPUID_EXIT_2024, INTEL_MDS],
  },
  mitigationL1dFlushPerEntry: {
    doc: "Flush of the first-level data cache before a VM entry that follows user space or a switch of threads, and its refill.",
    category: "transition",
    unit: "cycles",
    value: { low: 500, typical: 1500, high: 4000 },
    machine: "Intel up to Skylake-SP",
    evidence: "assumed",
    why: "512 lines are written back and filled again; no text with the cycles was seen.",
    source: L1TF,
  },
});
