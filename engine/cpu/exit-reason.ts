/** Basic exit reasons used here: Intel SDM vol. 3D, appendix C "VMX Basic Exit Reasons". */
export const EXIT_REASON = {
  externalInterrupt: 1,
  interruptWindow: 7,
  hlt: 12,
  ioInstruction: 30,
  apicAccess: 44,
  virtualizedEoi: 45,
  eptMisconfiguration: 49,
} as const;
/** One of {@link EXIT_REASON}. */
export type ExitReason = (typeof EXIT_REASON)[keyof typeof EXIT_REASON];

const NAMES: Readonly<Record<ExitReason, string>> = {
  1: "external interrupt",
  7: "interrupt window",
  12: "HLT",
  30: "I/O instruction",
  44: "APIC access",
  45: "virtualized EOI",
  49: "EPT misconfiguration",
};

/** An exit reason in words. */
export function exitName(reason: ExitReason): string {
  return NAMES[reason];
}
