import { defineProfile } from "../cpu-profile.ts";
import { PBRSB_2022, seenOnVtx } from "../sources/kvm.ts";
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
    value: { low: 0.7, typical: 1.05, high: 1.5 },
    evidence: "derived",
    formula:
      "(2008 − 500) / 1450 = 1.04 for outl_to_kernel on a part with enhanced IBRS that is not named, between VMCALL's 1334 and IN's 1554 instructions",
    source: [PBRSB_2022, seenOnVtx("Instruction cost, apicv1")],
  },
  values: {
    idleExitLatency: idleExit("icx_cstates", 1, 4),
  },
  neighbour: "cascade-lake",
});
