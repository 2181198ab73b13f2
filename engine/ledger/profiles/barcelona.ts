import { defineProfile } from "../cpu-profile.ts";
import { seenOnSvm } from "../sources/kvm.ts";

/** AMD Opteron 2300/8300 (Barcelona). */
export const barcelona = defineProfile({
  id: "barcelona",
  title: "AMD Opteron 2300/8300 (Barcelona)",
  vendor: "amd",
  year: 2007,
  clockGhz: 2.3,
  features: { nestedPaging: true, apicv: false, postedInterrupts: false, iommu: false },
  cyclesPerInstruction: {
    value: { low: 0.9, typical: 1.5, high: 2.5 },
    evidence: "assumed",
    why: "About Nehalem's: no pair of cycles and instructions was seen.",
    source: seenOnSvm("Net instructions per exit class: the counts that it multiplies"),
  },
  values: {},
  neighbour: "zen1",
});
