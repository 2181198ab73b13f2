import { defineProfile } from "../cpu-profile.ts";
import { CPUID_EXIT_2024, PBRSB_2022, seenOnVtx } from "../sources/kvm.ts";
import { idleExit } from "./known.ts";

/** Intel Xeon Scalable 3 (Ice Lake-SP). */
export const iceLakeSp = defineProfile({
  id: "ice-lake-sp",
  title: "Intel Xeon Scalable 3 (Ice Lake-SP)",
  vendor: "intel",
  year: 2021,
  clockGhz: 2.3,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  cyclesPerInstruction: {
    value: { low: 0.41, typical: 0.95, high: 1.5 },
    evidence: "derived",
    formula:
      "(1018 − 500) / 1258 = 0.41 for CPUID without mitigations, (2008 − 500) / 1450 = 1.04 for outl_to_kernel with those of 2022 (between VMCALL's 1334 and IN's 1554 instructions), both on parts that are not named; high: Skylake-SP's",
    source: [CPUID_EXIT_2024, PBRSB_2022, seenOnVtx("Instruction cost, apicv1")],
  },
  values: {
    idleExitLatency: idleExit("icx_cstates", 1, 4),
  },
  neighbour: "cascade-lake",
});
