import { rizzo2012 } from "../sources/measurements.ts";
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
  warmCyclesPerInstruction: {
    value: { low: 0.5, typical: 0.75, high: 1.5 },
    evidence: "assumed",
    why: "Half of what it takes for code that is not warm, as on the parts where both are known.",
    source: rizzo2012("Figure 2"),
  },
  values: {},
  neighbour: "zen1",
});
