/** Pin-based VM-execution controls by bit: Intel SDM vol. 3C, table 25-5. */
export const PIN_BASED = {
  externalInterruptExiting: 0,
  nmiExiting: 3,
  virtualNmis: 5,
  activatePreemptionTimer: 6,
  processPostedInterrupts: 7,
} as const;

/** Primary processor-based VM-execution controls by bit: Intel SDM vol. 3C, table 25-6. */
export const PRIMARY = {
  interruptWindowExiting: 2,
  useTscOffsetting: 3,
  hltExiting: 7,
  invlpgExiting: 9,
  mwaitExiting: 10,
  rdpmcExiting: 11,
  rdtscExiting: 12,
  cr3LoadExiting: 15,
  cr3StoreExiting: 16,
  cr8LoadExiting: 19,
  cr8StoreExiting: 20,
  useTprShadow: 21,
  movDrExiting: 23,
  unconditionalIoExiting: 24,
  useIoBitmaps: 25,
  useMsrBitmaps: 28,
  monitorExiting: 29,
  pauseExiting: 30,
  activateSecondaryControls: 31,
} as const;

/** Secondary processor-based VM-execution controls by bit: Intel SDM vol. 3C, table 25-7. */
export const SECONDARY = {
  virtualizeApicAccesses: 0,
  enableEpt: 1,
  descriptorTableExiting: 2,
  enableRdtscp: 3,
  virtualizeX2apicMode: 4,
  enableVpid: 5,
  wbinvdExiting: 6,
  unrestrictedGuest: 7,
  apicRegisterVirtualization: 8,
  virtualInterruptDelivery: 9,
} as const;

/** VM-exit controls by bit: Intel SDM vol. 3C, table 25-13. */
export const EXIT = {
  hostAddressSpaceSize: 9,
  acknowledgeInterruptOnExit: 15,
  savePreemptionTimer: 22,
} as const;

/** VM-entry controls by bit: Intel SDM vol. 3C, table 25-15. */
export const ENTRY = { ia32eModeGuest: 9, loadIa32Efer: 15 } as const;

/** The names of the controls of one field by bit, for people. */
export type Controls = Readonly<Record<string, number>>;

/** The names of the bits that are set in a control field. */
export function namesOfControls(controls: Controls, value: bigint): string[] {
  return Object.entries(controls)
    .filter(([, bit]) => ((value >> BigInt(bit)) & 1n) === 1n)
    .map(([name]) => name);
}
