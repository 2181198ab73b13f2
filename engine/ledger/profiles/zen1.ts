import { defineProfile } from "../cpu-profile.ts";

/** AMD EPYC 7001 (Naples, Zen). */
export const zen1 = defineProfile({
  id: "zen1",
  title: "AMD EPYC 7001 (Naples, Zen)",
  vendor: "amd",
  year: 2017,
  clockGhz: 2.2,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  values: {},
  neighbour: "zen2",
});
