import { xdpPaper } from "../sources/polling.ts";
import { rizzo2012 } from "../sources/measurements.ts";
import { defineProfile } from "../cpu-profile.ts";
import { APICV_VM_ENTRY_2016, seenOnVtx, TURTLES_2010 } from "../sources/kvm.ts";
import { agesenRoundTrip, idleExit, NO_APICV, NO_BHB_CLEARING } from "./known.ts";

/** Intel Xeon E5-2600 (Sandy Bridge EP). */
export const sandyBridgeEp = defineProfile({
  id: "sandy-bridge-ep",
  title: "Intel Xeon E5-2600 (Sandy Bridge EP)",
  vendor: "intel",
  year: 2012,
  clockGhz: 2.6,
  features: { nestedPaging: true, apicv: false, postedInterrupts: false, iommu: true },
  cyclesPerInstruction: {
    value: { low: 0.6, typical: 1.2, high: 2.2 },
    evidence: "assumed",
    why: "Between Nehalem's 1.4 and Haswell's 0.95, with the range of both: no pair of cycles and instructions of this part was seen.",
    source: [TURTLES_2010, APICV_VM_ENTRY_2016, seenOnVtx("Instruction cost")],
  },
  warmCyclesPerInstruction: {
    value: { low: 0.4, typical: 0.51, high: 0.9 },
    evidence: "derived",
    formula: "mean of Nehalem's 0.53 and Broadwell's 0.49, the parts before and after",
    source: [rizzo2012("Figure 2"), xdpPaper("section 4.1")],
  },
  values: {
    ...NO_APICV,
    ...NO_BHB_CLEARING,
    vmRoundTrip: agesenRoundTrip(784),
    idleExitLatency: idleExit("snb_cstates", 2, 10),
  },
});
