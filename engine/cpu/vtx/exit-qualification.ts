/**
 * Exit qualifications as the CPU puts them together. Intel SDM vol. 3C, 28.2.1 "Basic VM-Exit
 * Information", with the tables named at each function.
 */

/** One access to an I/O port. */
export interface PortAccess {
  /** Port, 0 to 0xffff. */
  readonly port: number;
  readonly sizeBytes: 1 | 2 | 4;
  readonly direction: "in" | "out";
  /** INS or OUTS. */
  readonly string: boolean;
  readonly rep: boolean;
  /** The port stands in the instruction, not in DX. */
  readonly immediate: boolean;
}

/** Table 28-5 "Exit Qualification for I/O Instructions". */
export function ioQualification(access: PortAccess): bigint {
  const { port, sizeBytes, direction, string, rep, immediate } = access;
  const bits =
    (sizeBytes - 1) |
    (direction === "in" ? 8 : 0) |
    (string ? 16 : 0) |
    (rep ? 32 : 0) |
    (immediate ? 64 : 0);
  return BigInt(bits) | (BigInt(port) << 16n);
}

/** How a control register is accessed: bits 5:4 of table 28-3. */
export const CR_ACCESS = { movToCr: 0, movFromCr: 1, clts: 2, lmsw: 3 } as const;

/** Table 28-3 "Exit Qualification for Control-Register Accesses". */
export function crQualification(
  cr: number,
  access: (typeof CR_ACCESS)[keyof typeof CR_ACCESS],
  register: number,
  lmswSource = 0,
): bigint {
  return BigInt(cr | (access << 4) | (register << 8)) | (BigInt(lmswSource) << 16n);
}

/** What an access did and what the EPT entries allowed, each as a set of read, write, execute. */
export interface EptAccess {
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  /** The AND of the bits in the entries used. */
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  /** The guest-linear address field is valid. */
  readonly linearValid: boolean;
  /** The access was to the translation of a linear address, not to a guest paging structure. */
  readonly toTranslation: boolean;
}

/** Table 28-7 "Exit Qualification for EPT Violations". */
export function eptViolationQualification(access: EptAccess): bigint {
  const bits = [
    access.read,
    access.write,
    access.execute,
    access.readable,
    access.writable,
    access.executable,
    false,
    access.linearValid,
    access.linearValid && access.toTranslation,
  ];
  return bits.reduce((value, on, bit) => (on ? value | (1n << BigInt(bit)) : value), 0n);
}

/** Kinds of linear APIC accesses: bits 15:12 of table 28-6. */
export const APIC_ACCESS = { read: 0, write: 1, fetch: 2, eventDelivery: 3 } as const;

/** Table 28-6 "Exit Qualification for APIC-Access VM Exits from Linear Accesses". */
export function apicAccessQualification(
  offset: number,
  access: (typeof APIC_ACCESS)[keyof typeof APIC_ACCESS],
): bigint {
  return BigInt((offset & 0xfff) | (access << 12));
}

/** The event types of interruption information: table 25-17 and 25-19, bits 10:8. */
export const EVENT_TYPE = {
  externalInterrupt: 0,
  nmi: 2,
  hardwareException: 3,
  softwareInterrupt: 4,
  privilegedSoftwareException: 5,
  softwareException: 6,
} as const;

/** VM-entry or VM-exit interruption information: tables 25-17 and 25-19; bit 31 says valid. */
export function interruptionInformation(
  vector: number,
  type: (typeof EVENT_TYPE)[keyof typeof EVENT_TYPE],
  hasErrorCode = false,
): number {
  return (0x8000_0000 | vector | (type << 8) | (hasErrorCode ? 0x800 : 0)) >>> 0;
}
