import { rizzo2012 } from "../sources/measurements.ts";
import { defineProfile } from "../cpu-profile.ts";
import { seenOnVtx, SPLITX_2011, TURTLES_2010 } from "../sources/kvm.ts";
import { agesenRoundTrip, idleExit, PTI_WITHOUT_PCID } from "./known.ts";

/** Intel Xeon 5500 (Nehalem EP). */
export const nehalem = defineProfile({
  id: "nehalem",
  title: "Intel Xeon 5500 (Nehalem EP)",
  vendor: "intel",
  year: 2009,
  clockGhz: 2.93,
  features: { nestedPaging: true, apicv: false, postedInterrupts: false, iommu: true },
  cyclesPerInstruction: {
    value: { low: 0.9, typical: 1.4, high: 2.2 },
    evidence: "derived",
    formula:
      "(2600 − 1009) / 1110 = 1.43 for CPUID; (2000 − 1009) / 1110 = 0.89 for an exit's direct cost on a Xeon X5570; high: Penryn's typical",
    source: [TURTLES_2010, SPLITX_2011, seenOnVtx("Instruction cost: CPUID, apicv0")],
  },
  warmCyclesPerInstruction: {
    value: { low: 0.4, typical: 0.53, high: 0.9 },
    evidence: "derived",
    formula:
      "1,900 cycles from the application to the driver (FreeBSD) over 3,570 recorded instructions (Linux)",
    source: rizzo2012("Figure 2: from the system call to the driver"),
  },
  values: {
    ...PTI_WITHOUT_PCID,
    vmRoundTrip: agesenRoundTrip(1009),
    idleExitLatency: idleExit("nehalem_cstates", 3, 10),
  },
  neighbour: "sandy-bridge-ep",
});
