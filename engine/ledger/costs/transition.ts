import { defineCosts } from "../cost.ts";
import { agesen2012 } from "../sources/papers.ts";

/** What the hardware takes to leave a guest and to enter it again. */
export const TRANSITION = defineCosts({
  vmRoundTrip: {
    doc: "VM exit and VM entry together, hardware alone: no instruction of a hypervisor.",
    category: "transition",
    unit: "cycles",
    value: { low: 761, typical: 784, high: 1009 },
    machine: "Intel Sandy Bridge (1Q2011); range from Westmere to Nehalem",
    evidence: "measured",
    source: agesen2012("Table 1"),
  },
});
