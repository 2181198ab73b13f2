import { defineProfile } from "../cpu-profile.ts";
import { agesen2012 } from "../sources/papers.ts";

/** Intel Xeon E5, Sandy Bridge EP. */
export const sandyBridgeEp = defineProfile({
  id: "sandy-bridge-ep",
  title: "Intel Xeon E5-2600 (Sandy Bridge EP)",
  vendor: "intel",
  year: 2012,
  clockGhz: 2.6,
  features: { nestedPaging: true, apicv: false, postedInterrupts: false, iommu: true },
  values: {
    vmRoundTrip: {
      value: { low: 784, typical: 784, high: 784 },
      evidence: "measured",
      source: agesen2012("Table 1"),
    },
  },
});
