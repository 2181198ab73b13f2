import { defineProfile } from "../cpu-profile.ts";

/** AMD EPYC 7003 (Milan, Zen 3). */
export const zen3 = defineProfile({
  id: "zen3",
  title: "AMD EPYC 7003 (Milan, Zen 3)",
  vendor: "amd",
  year: 2021,
  clockGhz: 2.45,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  values: {},
  neighbour: "zen2",
});
