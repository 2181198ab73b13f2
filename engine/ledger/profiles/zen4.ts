import { defineProfile } from "../cpu-profile.ts";

/** AMD EPYC 9004 (Genoa, Zen 4). */
export const zen4 = defineProfile({
  id: "zen4",
  title: "AMD EPYC 9004 (Genoa, Zen 4)",
  vendor: "amd",
  year: 2022,
  clockGhz: 2.4,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  values: {},
  neighbour: "zen3",
});
