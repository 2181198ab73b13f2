import { defineProfile } from "../cpu-profile.ts";
import { agesenRoundTrip, shadowPaging } from "./known.ts";

/** Intel Xeon 5100 (Woodcrest, Merom core). */
export const merom = defineProfile({
  id: "merom",
  title: "Intel Xeon 5100 (Woodcrest, Merom core)",
  vendor: "intel",
  year: 2006,
  clockGhz: 2.66,
  features: { nestedPaging: false, apicv: false, postedInterrupts: false, iommu: false },
  values: {
    vmRoundTrip: agesenRoundTrip(1579),
    shadowPagingPerExit: shadowPaging(
      { low: 500, typical: 1500, high: 3000 },
      "A walk of the guest's page tables in software and a TLB filled again; no text with the cycles was seen.",
    ),
  },
  neighbour: "penryn",
});
