import { xdpPaper } from "../sources/polling.ts";
import { defineProfile } from "../cpu-profile.ts";
import { seenOnSvm, SVM_VMLOAD_2020 } from "../sources/kvm.ts";
import { AMD } from "./known.ts";

/** AMD EPYC 7002 (Rome, Zen 2). */
export const zen2 = defineProfile({
  id: "zen2",
  title: "AMD EPYC 7002 (Rome, Zen 2)",
  vendor: "amd",
  year: 2019,
  clockGhz: 2.25,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  cyclesPerInstruction: {
    value: { low: 0.32, typical: 0.6, high: 1.2 },
    evidence: "derived",
    formula:
      "576 / 1823 = 0.32 cycles of the TSC for KVM_RUN up to VMRUN, × about 1.5 for a core above the TSC's clock, and for caches that are not warm twice that",
    source: [SVM_VMLOAD_2020, seenOnSvm("Net instructions per exit class")],
  },
  warmCyclesPerInstruction: {
    value: { low: 0.3, typical: 0.45, high: 0.9 },
    evidence: "assumed",
    why: "As Skylake-SP's: no pair of cycles and instructions of a warm path was seen.",
    source: xdpPaper("section 4.1"),
  },
  values: {
    ...AMD,
    vmRoundTrip: {
      value: { low: 800, typical: 1360, high: 1376 },
      evidence: "derived",
      formula:
        "1344 to 1376 cycles of the TSC from before VMRUN to after #VMEXIT with a guest that does little, on an EPYC that is not named; low: without that little",
      source: SVM_VMLOAD_2020,
    },
  },
});
