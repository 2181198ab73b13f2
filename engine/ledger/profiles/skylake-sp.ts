import { wangVhost2019 } from "../sources/mailing-lists.ts";
import { xdpPaper } from "../sources/polling.ts";
import { defineProfile } from "../cpu-profile.ts";
import {
  APICV_VM_ENTRY_2016,
  CPUID_EXIT_2024,
  DVH_2020,
  seenOnVtx,
  VMCALL_SKX_2020,
} from "../sources/kvm.ts";
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
    value: { low: 0.6, typical: 1.05, high: 1.5 },
    evidence: "derived",
    formula:
      "mean of (1529 − 500) / 1334 = 0.77 for vmcall, Haswell's 0.95 for inl_from_qemu and (4984 − 500) / 2968 = 1.5 for a notify that wakes; low: Haswell's",
    source: [VMCALL_SKX_2020, APICV_VM_ENTRY_2016, DVH_2020, seenOnVtx("Instruction cost, apicv1")],
  },
  warmCyclesPerInstruction: {
    value: { low: 0.37, typical: 0.43, high: 0.8 },
    evidence: "derived",
    formula:
      "mean of Broadwell's 0.49 and 580 cycles of vhost's transmit over about 1,550 recorded instructions = 0.37 on Kaby Lake",
    source: [xdpPaper("section 4.1"), wangVhost2019("6.9 Mpps at 4.0 GHz")],
  },
  values: {
    idleExitLatency: idleExit("skx_cstates", 2, 10),
    // Retbleed: Linux 6.12 chooses IBRS here, written on every way into and out of the kernel.
    mitigationSpecCtrlPerExit: {
      value: { low: 200, typical: 300, high: 725 },
      evidence: "assumed",
      why: "Two writes of 150 cycles each, less than Haswell's 250: chosen so that all mitigations of an exit come to about the 582 measured in 2024; high: Sapphire Rapids' 725.",
      source: [IBRS_2018, CPUID_EXIT_2024],
    },
    mitigationBranchPerSystemCall: {
      value: { low: 200, typical: 300, high: 1900 },
      evidence: "assumed",
      why: "Two writes of 150 cycles each as for a VM exit; high: 848 − 360 = 488 ns at about 4 GHz on DragonFly BSD with the first microcode.",
      source: [IBRS_2018, DRAGONFLY_2018],
    },
    mitigationRetpolinePerExit: none(vulnerabilities("SKYLAKE_X: RETBLEED, IBRS instead")),
    mitigationRetpolinePerUserExit: none(vulnerabilities("SKYLAKE_X: RETBLEED, IBRS instead")),
  },
  neighbour: "broadwell-ep",
});
