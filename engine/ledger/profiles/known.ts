import type { CostRange, Source } from "../cost.ts";
import type { ProfileValue } from "../cpu-profile.ts";
import { intelIdle, kvmRecording, PBRSB_2022, seenOnSvm, seenOnVtx } from "../sources/kvm.ts";
import { BHI_VM_EXIT, IBRS_2018, PTI, vulnerabilities } from "../sources/mitigation.ts";
import { agesen2012 } from "../sources/papers.ts";

const NOTHING: CostRange = { low: 0, typical: 0, high: 0 };

/** Cycles of the hardware's round trip in Agesen et al. 2012. */
export function agesenRoundTrip(cycles: number): ProfileValue {
  return {
    value: { low: cycles, typical: cycles, high: cycles },
    evidence: "measured",
    source: agesen2012("Table 1"),
  };
}

/** The part does not pay this at all. */
export function none(source: Source): ProfileValue {
  return { value: NOTHING, evidence: "specified", source };
}

/** Leaving C1, at worst C1E, in microseconds, as Linux's table `table` has them. */
export function idleExit(table: string, c1: number, c1e: number): ProfileValue {
  return {
    value: { low: 0, typical: c1 * 1000, high: c1e * 1000 },
    evidence: "specified",
    source: intelIdle(table),
  };
}

/** What a part without Meltdown's, L1TF's and MDS's weakness is spared: entry `where` of Linux's tables. */
export function sparedByRdclNo(where: string) {
  const free = none(vulnerabilities(where));
  return { mitigationPtiPerSystemCall: free, mitigationL1dFlushPerEntry: free } as const;
}

/** No buffers to clear: entry `where` of Linux's tables. */
export function sparedByBuffers(where: string) {
  const free = none(vulnerabilities(where));
  return {
    mitigationBufferClearPerEntry: free,
    mitigationBufferClearPerUserReturn: free,
  } as const;
}

/** No APICv: nothing is synchronized. */
export const NO_APICV = {
  kvmApicvSync: none(kvmRecording("vtx-virtio-vhost-no-apicv", "summary.json, microbenchmark")),
} as const;

/** Linux leaves the branch history alone on parts without enhanced IBRS. */
export const NO_BHB_CLEARING = {
  mitigationBhbClearPerExit: none(vulnerabilities("X86_BUG_BHI: with IBRS_ENHANCED only")),
} as const;

/** Enhanced IBRS: set once, and no retpolines. */
export const ENHANCED_IBRS = {
  mitigationSpecCtrlPerExit: {
    value: { low: 0, typical: 0, high: 725 },
    evidence: "derived",
    formula: "0 where host and guest have the same SPEC_CTRL; 3878 − 3153 where they differ",
    source: BHI_VM_EXIT,
  },
  mitigationRsbPerExit: {
    value: { low: 0, typical: 18, high: 60 },
    evidence: "derived",
    formula: "2026 − 2008 cycles of outl_to_kernel with and without",
    source: PBRSB_2022,
  },
  mitigationRetpolinePerExit: none(vulnerabilities("ARCH_CAP_IBRS_ALL")),
  mitigationRetpolinePerUserExit: none(vulnerabilities("ARCH_CAP_IBRS_ALL")),
} as const satisfies Record<string, ProfileValue>;

/** Clearing the branch history in software, by a loop that is shorter on older parts. */
export const BHB_LOOP: ProfileValue = {
  value: { low: 100, typical: 300, high: 476 },
  evidence: "assumed",
  why: "Measured is the long loop of Sapphire Rapids, 3629 − 3153 = 476 cycles; parts before it need the short one.",
  source: BHI_VM_EXIT,
};

/** APICv: as recorded. */
export const APICV = {
  kvmApicvSync: {
    value: { low: 148, typical: 148, high: 163 },
    evidence: "derived",
    formula: "1260 − 1112 (CPUID), 5362 − 5199 (OUT to QEMU)",
    source: seenOnVtx("Instruction cost"),
  },
} as const satisfies Record<string, ProfileValue>;

/** Address spaces without tags: each CR3 write empties the TLB. */
export const PTI_WITHOUT_PCID = {
  mitigationPtiPerSystemCall: {
    value: { low: 200, typical: 800, high: 2000 },
    evidence: "assumed",
    why: "Two CR3 writes as with PCID, and the TLB is filled again after each; no text with the cycles was seen.",
    source: PTI,
  },
} as const satisfies Record<string, ProfileValue>;

/** Shadow page tables, and a TLB that every VM exit and VM entry empties. */
export function shadowPaging(value: CostRange, why: string): ProfileValue {
  return {
    value,
    evidence: "assumed",
    why,
    source: agesen2012("section 1: nested paging avoids exits"),
  };
}

/** What AMD's parts are spared, and where their hypervisor's path differs. */
export const AMD = {
  ...sparedByRdclNo("VULNWL_AMD: NO_MELTDOWN, NO_L1TF"),
  ...sparedByBuffers("VULNWL_AMD: NO_MDS, NO_MMIO"),
  ...NO_APICV,
  mitigationBhbClearPerExit: none(vulnerabilities("VULNWL_AMD: NO_BHI")),
  mitigationSpecCtrlPerExit: none(IBRS_2018),
  kvmMmioEmulation: {
    value: { low: 0, typical: 370, high: 400 },
    evidence: "derived",
    formula:
      "1016 − 646 (a load is completed); the decoding is part of the nested page fault's exit",
    source: seenOnSvm("svm-rtl8139-qemu: MMIO exits run the emulator"),
  },
} as const satisfies Record<string, ProfileValue>;
