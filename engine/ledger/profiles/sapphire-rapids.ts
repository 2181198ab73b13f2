import { defineProfile } from "../cpu-profile.ts";
import { CPUID_EXIT_2024, seenOnVtx } from "../sources/kvm.ts";
import { BHI_VM_EXIT } from "../sources/mitigation.ts";
import { idleExit, sparedByBuffers } from "./known.ts";

/** Intel Xeon Scalable 4 (Sapphire Rapids). */
export const sapphireRapids = defineProfile({
  id: "sapphire-rapids",
  title: "Intel Xeon Scalable 4 (Sapphire Rapids)",
  vendor: "intel",
  year: 2023,
  clockGhz: 2.6,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  cyclesPerInstruction: {
    value: { low: 0.41, typical: 0.68, high: 1.5 },
    evidence: "derived",
    formula:
      "mean of (1018 − 500) / 1258 = 0.41 for a CPUID exit in 2024, on a part that is not named, and Ice Lake-SP's 0.95",
    source: [CPUID_EXIT_2024, seenOnVtx("Instruction cost, apicv1")],
  },
  values: {
    ...sparedByBuffers("no entry for SAPPHIRERAPIDS_X: neither MDS nor MMIO"),
    idleExitLatency: idleExit("spr_cstates", 1, 2),
    // BHI_DIS_S does in hardware what the loop does on the parts before.
    mitigationBhbClearPerExit: {
      value: { low: 0, typical: 0, high: 476 },
      evidence: "derived",
      formula: "0 with BHI_DIS_S; 3629 − 3153 for the loop",
      source: BHI_VM_EXIT,
    },
    mitigationBranchPerSystemCall: {
      value: { low: 0, typical: 0, high: 476 },
      evidence: "derived",
      formula: "0 with BHI_DIS_S; 3629 − 3153 for the loop",
      source: BHI_VM_EXIT,
    },
  },
  neighbour: "ice-lake-sp",
});
