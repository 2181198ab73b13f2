import { defineProfile } from "../cpu-profile.ts";
import { BHB_LOOP, ENHANCED_IBRS, sparedByRdclNo } from "./known.ts";

/** Intel Xeon Scalable 2 (Cascade Lake-SP). */
export const cascadeLake = defineProfile({
  id: "cascade-lake",
  title: "Intel Xeon Scalable 2 (Cascade Lake-SP)",
  vendor: "intel",
  year: 2019,
  clockGhz: 2.5,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  values: {
    ...ENHANCED_IBRS,
    ...sparedByRdclNo("ARCH_CAP_RDCL_NO"),
    mitigationBhbClearPerExit: BHB_LOOP,
    mitigationBranchPerSystemCall: BHB_LOOP,
  },
  neighbour: "skylake-sp",
});
