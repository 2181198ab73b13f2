import { rizzo2012 } from "../sources/measurements.ts";
import { defineProfile } from "../cpu-profile.ts";
import { KVM_UNIT_TESTS_2012, seenOnVtx } from "../sources/kvm.ts";
import { agesenRoundTrip, PTI_WITHOUT_PCID, shadowPaging } from "./known.ts";

/** Intel Xeon 5400 (Harpertown, Penryn core). */
export const penryn = defineProfile({
  id: "penryn",
  title: "Intel Xeon 5400 (Harpertown, Penryn core)",
  vendor: "intel",
  year: 2008,
  clockGhz: 3.0,
  features: { nestedPaging: false, apicv: false, postedInterrupts: false, iommu: true },
  cyclesPerInstruction: {
    value: { low: 1.4, typical: 2.2, high: 3.6 },
    evidence: "assumed",
    why: "(3898 − 1266) / 1186 = 2.2 for vmcall and (20574 − 1266 − 260) / 5278 = 3.6 for inl_from_qemu, if the machine of 2012, which is not stated, was of this generation.",
    source: [KVM_UNIT_TESTS_2012, seenOnVtx("Instruction cost, apicv0")],
  },
  warmCyclesPerInstruction: {
    value: { low: 0.6, typical: 0.9, high: 1.8 },
    evidence: "assumed",
    why: "Less than half of what it takes for code that is not warm, as on Nehalem.",
    source: rizzo2012("Figure 2"),
  },
  values: {
    ...PTI_WITHOUT_PCID,
    vmRoundTrip: agesenRoundTrip(1266),
    shadowPagingPerExit: shadowPaging(
      { low: 500, typical: 1500, high: 3000 },
      "A walk of the guest's page tables in software and a TLB filled again; no text with the cycles was seen.",
    ),
  },
  neighbour: "nehalem",
});
