import { rizzo2012 } from "../sources/measurements.ts";
import { defineProfile } from "../cpu-profile.ts";
import { seenOnVtx } from "../sources/kvm.ts";
import { agesenRoundTrip, shadowPaging } from "./known.ts";

/** Intel Pentium 4 662/672 (Prescott 2M, first VT-x). */
export const prescott = defineProfile({
  id: "prescott",
  title: "Intel Pentium 4 662/672 (Prescott 2M, first VT-x)",
  vendor: "intel",
  year: 2005,
  clockGhz: 3.8,
  features: { nestedPaging: false, apicv: false, postedInterrupts: false, iommu: false },
  cyclesPerInstruction: {
    value: { low: 2, typical: 3, high: 5 },
    evidence: "assumed",
    why: "A long pipeline and small caches: more than the parts after it; no pair of cycles and instructions was seen.",
    source: seenOnVtx("Instruction cost: the counts that it multiplies"),
  },
  warmCyclesPerInstruction: {
    value: { low: 1, typical: 1.5, high: 3 },
    evidence: "assumed",
    why: "Half of what it takes for code that is not warm, as on the parts where both are known.",
    source: rizzo2012("Figure 2"),
  },
  values: {
    vmRoundTrip: agesenRoundTrip(3963),
    shadowPagingPerExit: shadowPaging(
      { low: 1000, typical: 3000, high: 6000 },
      "A walk of the guest's page tables in software and a TLB filled again, at this part's cycles per instruction.",
    ),
  },
  neighbour: "merom",
});
