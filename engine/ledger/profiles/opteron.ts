import { rizzo2012 } from "../sources/measurements.ts";
import { defineProfile } from "../cpu-profile.ts";
import { seenOnSvm } from "../sources/kvm.ts";
import { shadowPaging } from "./known.ts";

/** AMD Opteron 2200/8200 (rev. F, first SVM). */
export const opteron = defineProfile({
  id: "opteron",
  title: "AMD Opteron 2200/8200 (rev. F, first SVM)",
  vendor: "amd",
  year: 2006,
  clockGhz: 2.8,
  features: { nestedPaging: false, apicv: false, postedInterrupts: false, iommu: false },
  cyclesPerInstruction: {
    value: { low: 1.2, typical: 1.8, high: 3 },
    evidence: "assumed",
    why: "Between Barcelona's and Penryn's: no pair of cycles and instructions was seen.",
    source: seenOnSvm("Net instructions per exit class: the counts that it multiplies"),
  },
  warmCyclesPerInstruction: {
    value: { low: 0.6, typical: 0.9, high: 2 },
    evidence: "assumed",
    why: "Half of what it takes for code that is not warm, as on the parts where both are known.",
    source: rizzo2012("Figure 2"),
  },
  values: {
    shadowPagingPerExit: shadowPaging(
      { low: 300, typical: 800, high: 2000 },
      "A walk of the guest's page tables in software; the TLB has address-space identifiers. No text with the cycles was seen.",
    ),
  },
  neighbour: "barcelona",
});
