import { defineProfile } from "../cpu-profile.ts";
import { APICV, idleExit } from "./known.ts";

/** Intel Xeon E5-2600 v2 (Ivy Bridge EP). */
export const ivyBridgeEp = defineProfile({
  id: "ivy-bridge-ep",
  title: "Intel Xeon E5-2600 v2 (Ivy Bridge EP)",
  vendor: "intel",
  year: 2013,
  clockGhz: 2.6,
  features: { nestedPaging: true, apicv: true, postedInterrupts: false, iommu: true },
  values: {
    ...APICV,
    idleExitLatency: idleExit("ivt_cstates", 1, 10),
  },
  neighbour: "sandy-bridge-ep",
});
