/**
 * The VMCS fields that Trapline's VT-x keeps, with their encodings: Intel SDM vol. 3D, appendix B
 * "Field Encoding in VMCS". Bits 14:13 of an encoding give the width, bits 11:10 the type (control,
 * read-only data, guest state, host state): nothing about a field stands here twice.
 */
export const VMCS_FIELDS = {
  // 16-bit control fields.
  virtualProcessorIdentifier: 0x0000,
  postedInterruptNotificationVector: 0x0002,
  // 16-bit guest-state fields.
  esSelector: 0x0800,
  csSelector: 0x0802,
  ssSelector: 0x0804,
  dsSelector: 0x0806,
  fsSelector: 0x0808,
  gsSelector: 0x080a,
  ldtrSelector: 0x080c,
  trSelector: 0x080e,
  guestInterruptStatus: 0x0810,
  // 16-bit host-state fields.
  hostEsSelector: 0x0c00,
  hostCsSelector: 0x0c02,
  hostSsSelector: 0x0c04,
  hostDsSelector: 0x0c06,
  hostFsSelector: 0x0c08,
  hostGsSelector: 0x0c0a,
  hostTrSelector: 0x0c0c,
  // 64-bit control fields.
  ioBitmapA: 0x2000,
  ioBitmapB: 0x2002,
  msrBitmaps: 0x2004,
  tscOffset: 0x2010,
  virtualApicAddress: 0x2012,
  apicAccessAddress: 0x2014,
  postedInterruptDescriptorAddress: 0x2016,
  eptPointer: 0x201a,
  eoiExitBitmap0: 0x201c,
  eoiExitBitmap1: 0x201e,
  eoiExitBitmap2: 0x2020,
  eoiExitBitmap3: 0x2022,
  // 64-bit read-only data field.
  guestPhysicalAddress: 0x2400,
  // 64-bit guest-state fields.
  vmcsLinkPointer: 0x2800,
  ia32Efer: 0x2806,
  // 64-bit host-state field.
  hostIa32Efer: 0x2c02,
  // 32-bit control fields.
  pinBasedControls: 0x4000,
  primaryControls: 0x4002,
  exceptionBitmap: 0x4004,
  pageFaultErrorCodeMask: 0x4006,
  pageFaultErrorCodeMatch: 0x4008,
  cr3TargetCount: 0x400a,
  exitControls: 0x400c,
  entryControls: 0x4012,
  entryInterruptionInformation: 0x4016,
  entryExceptionErrorCode: 0x4018,
  entryInstructionLength: 0x401a,
  tprThreshold: 0x401c,
  secondaryControls: 0x401e,
  // 32-bit read-only data fields.
  vmInstructionError: 0x4400,
  exitReason: 0x4402,
  exitInterruptionInformation: 0x4404,
  exitInterruptionErrorCode: 0x4406,
  idtVectoringInformation: 0x4408,
  idtVectoringErrorCode: 0x440a,
  exitInstructionLength: 0x440c,
  exitInstructionInformation: 0x440e,
  // 32-bit guest-state fields.
  esLimit: 0x4800,
  csLimit: 0x4802,
  ssLimit: 0x4804,
  dsLimit: 0x4806,
  fsLimit: 0x4808,
  gsLimit: 0x480a,
  ldtrLimit: 0x480c,
  trLimit: 0x480e,
  gdtrLimit: 0x4810,
  idtrLimit: 0x4812,
  esAccessRights: 0x4814,
  csAccessRights: 0x4816,
  ssAccessRights: 0x4818,
  dsAccessRights: 0x481a,
  fsAccessRights: 0x481c,
  gsAccessRights: 0x481e,
  ldtrAccessRights: 0x4820,
  trAccessRights: 0x4822,
  interruptibilityState: 0x4824,
  activityState: 0x4826,
  preemptionTimerValue: 0x482e,
  // Natural-width control fields.
  cr0GuestHostMask: 0x6000,
  cr4GuestHostMask: 0x6002,
  cr0ReadShadow: 0x6004,
  cr4ReadShadow: 0x6006,
  cr3Target0: 0x6008,
  cr3Target1: 0x600a,
  cr3Target2: 0x600c,
  cr3Target3: 0x600e,
  // Natural-width read-only data fields.
  exitQualification: 0x6400,
  guestLinearAddress: 0x640a,
  // Natural-width guest-state fields.
  cr0: 0x6800,
  cr3: 0x6802,
  cr4: 0x6804,
  esBase: 0x6806,
  csBase: 0x6808,
  ssBase: 0x680a,
  dsBase: 0x680c,
  fsBase: 0x680e,
  gsBase: 0x6810,
  ldtrBase: 0x6812,
  trBase: 0x6814,
  gdtrBase: 0x6816,
  idtrBase: 0x6818,
  rsp: 0x681c,
  rip: 0x681e,
  rflags: 0x6820,
  pendingDebugExceptions: 0x6822,
  // Natural-width host-state fields.
  hostCr0: 0x6c00,
  hostCr3: 0x6c02,
  hostCr4: 0x6c04,
  hostRsp: 0x6c14,
  hostRip: 0x6c16,
} as const;

/** The name of a VMCS field. */
export type VmcsFieldName = keyof typeof VMCS_FIELDS;

const WIDTH_BITS = [16, 64, 32, 64] as const;

/** Width of a field in bits: 16, 32 or 64 (natural-width fields of a 64-bit CPU). */
export function fieldWidthBits(field: VmcsFieldName): 16 | 32 | 64 {
  return WIDTH_BITS[(VMCS_FIELDS[field] >> 13) & 3] as 16 | 32 | 64;
}

const TYPES = ["control", "readOnly", "guest", "host"] as const;

/** What a field belongs to: controls, exit information that only the CPU writes, guest or host state. */
export function fieldType(field: VmcsFieldName): (typeof TYPES)[number] {
  return TYPES[(VMCS_FIELDS[field] >> 10) & 3] as (typeof TYPES)[number];
}
