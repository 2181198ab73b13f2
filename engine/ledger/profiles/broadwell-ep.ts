import { defineProfile } from "../cpu-profile.ts";
import { idleExit } from "./known.ts";

/** Intel Xeon E5-2600 v4 (Broadwell EP). */
export const broadwellEp = defineProfile({
  id: "broadwell-ep",
  title: "Intel Xeon E5-2600 v4 (Broadwell EP)",
  vendor: "intel",
  year: 2016,
  clockGhz: 2.4,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  values: {
    idleExitLatency: idleExit("bdw_cstates", 2, 10),
  },
  neighbour: "haswell-ep",
});
