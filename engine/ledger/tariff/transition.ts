import type { CostName } from "../costs/index.ts";
import { EXITING_MODES } from "./kvm-modes.ts";
import type { ChargePart, TariffRule } from "./rule.ts";

/** Half of the hardware's round trip: a VM exit without its entry has not been measured. */
const HALF_TRIP: ChargePart = { cost: "vmRoundTrip", times: 0.5 };

/** What every VM exit costs besides its handler: hardware and mitigations. */
const EVERY_EXIT: readonly (CostName | ChargePart)[] = [
  HALF_TRIP,
  "mitigationSpecCtrlPerExit",
  "mitigationRsbPerExit",
  "mitigationBhbClearPerExit",
  "mitigationRetpolinePerExit",
  "shadowPagingPerExit",
];
/** What every VM entry costs: hardware, mitigations, and APICv's upkeep on parts that have it. */
const EVERY_ENTRY: readonly (CostName | ChargePart)[] = [
  HALF_TRIP,
  "mitigationBufferClearPerEntry",
  "kvmApicvSync",
];

function exit(where: RegExp, ...parts: readonly CostName[]): TariffRule {
  return { kind: "vmExit", where, parts: [...EVERY_EXIT, ...parts], mode: EXITING_MODES };
}

/**
 * Leaving and entering a guest. KVM's software for an exit, up to the entry, is on its vmExit row;
 * only what follows HLT's sleep is on the vmEntry row. What an access needs beyond the search for
 * who handles it is on the rows userExit, systemCall and signal that follow it.
 * The first name is VT-x's, the second SVM's.
 */
export const TRANSITION_RULES: readonly TariffRule[] = [
  {
    kind: "vmExit",
    where: /^(EPT misconfiguration|npf|I\/O instruction|ioio)$/,
    mode: "vmxnet3",
    parts: [...EVERY_EXIT, "vmwareExit"],
  },
  exit(/^EPT misconfiguration$/, "kvmMmioExit"),
  exit(/^npf$/, "kvmNestedPageFaultExit"),
  exit(/^(I\/O instruction|ioio)$/, "kvmPortExit"),
  exit(/^(HLT|hlt)$/, "kvmHaltExit"),
  exit(/^virtualized EOI$/, "kvmEoiInducedExit"),
  exit(/^(WRMSR|msr write) 0x80b$/, "kvmEoiWriteExit"),
  exit(/^(RDMSR|msr read) 0x81[89a-f]$/, "kvmTmrReadExit"),
  exit(/^(RDMSR|WRMSR|msr)/, "kvmMsrExit"),
  exit(/^APIC access$/, "kvmMmioExit", "kvmMmioEmulation"),
  exit(/^(interrupt window|vintr)$/, "kvmInterruptWindowExit"),
  exit(/^(external interrupt|interrupt)$/, "kvmExternalInterruptExit"),
  exit(/^VMX-preemption timer$/, "kvmPreemptionTimerExit"),
  exit(/./, "kvmCpuidExit"),
  {
    kind: "vmEntry",
    where: /^(HLT|hlt)$/,
    mode: EXITING_MODES,
    parts: [...EVERY_ENTRY, "kvmHaltEntry", "mitigationL1dFlushPerEntry"],
  },
  { kind: "vmEntry", mode: EXITING_MODES, parts: EVERY_ENTRY },
];
