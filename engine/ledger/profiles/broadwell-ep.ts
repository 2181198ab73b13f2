import { xdpPaper } from "../sources/polling.ts";
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
  warmCyclesPerInstruction: {
    value: { low: 0.4, typical: 0.49, high: 0.8 },
    evidence: "derived",
    formula:
      "mean of 750 cycles to a raw drop over about 1,700 recorded instructions = 0.44 and 2,069 for IP forwarding over about 3,900 = 0.53",
    source: xdpPaper(
      "section 4.1: 4.8 Mpps; benchmarks/bench04_fwd.org: 1,739,672 packets a second",
    ),
  },
  values: {
    idleExitLatency: idleExit("bdw_cstates", 2, 10),
  },
  neighbour: "haswell-ep",
});
