import { defineProfile } from "../cpu-profile.ts";
import { APICV_VM_ENTRY_2016, DVH_2020, seenOnVtx } from "../sources/kvm.ts";
import { DRAGONFLY_2018, IBRS_2018, vulnerabilities } from "../sources/mitigation.ts";
import { idleExit, none } from "./known.ts";

/** Intel Xeon Scalable (Skylake-SP). */
export const skylakeSp = defineProfile({
  id: "skylake-sp",
  title: "Intel Xeon Scalable (Skylake-SP)",
  vendor: "intel",
  year: 2017,
  clockGhz: 2.4,
  features: { nestedPaging: true, apicv: true, postedInterrupts: true, iommu: true },
  cyclesPerInstruction: {
    value: { low: 0.6, typical: 1.2, high: 1.5 },
    evidence: "derived",
    formula:
      "(4984 − 500) / 2968 = 1.5 for a notify that wakes, mitigations not stated; low and 0.95 of Haswell; typical: between 0.95 and 1.5",
    source: [DVH_2020, APICV_VM_ENTRY_2016, seenOnVtx("Instruction cost: notify that wakes")],
  },
  values: {
    idleExitLatency: idleExit("skx_cstates", 2, 10),
    // Retbleed: Linux 6.12 chooses IBRS here, written on every way into and out of the kernel.
    mitigationSpecCtrlPerExit: {
      value: { low: 200, typical: 500, high: 725 },
      evidence: "derived",
      formula: "2 writes × 250 cycles (Haswell's; later parts less), up to Sapphire Rapids' 725",
      source: IBRS_2018,
    },
    mitigationBranchPerSystemCall: {
      value: { low: 200, typical: 500, high: 1900 },
      evidence: "derived",
      formula:
        "2 writes × 250 cycles (Haswell's); 848 − 360 = 488 ns at about 4 GHz on DragonFly BSD",
      source: [IBRS_2018, DRAGONFLY_2018],
    },
    mitigationRetpolinePerExit: none(vulnerabilities("SKYLAKE_X: RETBLEED, IBRS instead")),
    mitigationRetpolinePerUserExit: none(vulnerabilities("SKYLAKE_X: RETBLEED, IBRS instead")),
  },
  neighbour: "broadwell-ep",
});
