import { defineProfile } from "../cpu-profile.ts";
import { PTI } from "../sources/mitigation.ts";
import { agesenRoundTrip } from "./known.ts";

/** Intel Xeon 5600 (Westmere EP). */
export const westmere = defineProfile({
  id: "westmere",
  title: "Intel Xeon 5600 (Westmere EP)",
  vendor: "intel",
  year: 2010,
  clockGhz: 3.33,
  features: { nestedPaging: true, apicv: false, postedInterrupts: false, iommu: true },
  values: {
    vmRoundTrip: agesenRoundTrip(761),
    mitigationPtiPerSystemCall: {
      value: { low: 150, typical: 200, high: 600 },
      evidence: "derived",
      formula: "2 writes × 100 cycles (in the order of); the first part with PCID",
      source: PTI,
    },
  },
  neighbour: "nehalem",
});
