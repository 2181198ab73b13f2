import { defineProfile } from "../cpu-profile.ts";
import { APICV_VM_ENTRY_2016, KVM_UNIT_TESTS_2017, seenOnVtx } from "../sources/kvm.ts";
import { idleExit } from "./known.ts";

/** Intel Xeon E5-2600 v3 (Haswell EP). */
export const haswellEp = defineProfile({
  id: "haswell-ep",
  title: "Intel Xeon E5-2600 v3 (Haswell EP)",
  vendor: "intel",
  year: 2014,
  clockGhz: 2.4,
  features: { nestedPaging: true, apicv: true, postedInterrupts: false, iommu: true },
  cyclesPerInstruction: {
    value: { low: 0.6, typical: 0.95, high: 1.5 },
    evidence: "derived",
    formula:
      "(5777 − 500 − 260) / 5278 = 0.95 for inl_from_qemu without APICv (2016, machine not stated); (1200 − 500) / 1110 = 0.63 for a light exit; high: half as much again for caches that are not warm",
    source: [APICV_VM_ENTRY_2016, KVM_UNIT_TESTS_2017, seenOnVtx("Instruction cost, apicv0")],
  },
  values: {
    vmRoundTrip: {
      value: { low: 300, typical: 500, high: 770 },
      evidence: "derived",
      formula:
        "1200 (one preemption-timer exit less) − 861 × 0.8 (0.5 to 1) instructions (509 − 78 + 430 of the recorded one)",
      source: [KVM_UNIT_TESTS_2017, seenOnVtx("summary.json, PREEMPTION_TIMER")],
    },
    idleExitLatency: idleExit("hsw_cstates", 2, 10),
  },
  neighbour: "ivy-bridge-ep",
});
