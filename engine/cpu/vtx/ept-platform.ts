import type { ExtendedPageTables } from "../../memory/ept.ts";
import { EXIT_REASON } from "../exit-reason.ts";
import type { OperandBytes } from "../x86/instruction.ts";
import type { Access, TableMemory } from "../x86/paging.ts";
import type { Platform } from "../x86/platform.ts";
import type { ApicPage } from "./apic-page.ts";
import { eptViolationQualification } from "./exit-qualification.ts";
import { VmExit } from "./vm-exit.ts";

/**
 * Where a guest's memory lies in the host's: guest-physical 0 is at this host-physical address, and
 * what follows is contiguous, as one large allocation of the hypervisor's.
 */
export const GUEST_BASE_HPA = 0x1_0000_0000;

/**
 * The APIC-access page: a page of host memory that is never read or written, since the CPU
 * recognizes its address (SDM vol. 3C, 25.6.8 "Controls for APIC Virtualization").
 */
export const APIC_ACCESS_HPA = 0x1_8000_0000;

function isApic(address: number): boolean {
  return address - (address % 4096) === APIC_ACCESS_HPA - GUEST_BASE_HPA;
}

/**
 * Physical memory as the guest's CPU reaches it in non-root mode: each guest-physical address goes
 * through the extended page tables, and what they do not allow leaves with a VM exit.
 */
export class EptPlatform {
  /** The memory of the guest's own paging structures: the same, but exits say so. */
  readonly tables: TableMemory;
  /** The linear address that is being translated or accessed. */
  linear = 0n;
  /** How the linear address is accessed. */
  access: Access = "read";
  readonly #hardware: Platform;
  readonly #ept: ExtendedPageTables;
  readonly #apic: ApicPage;

  constructor(hardware: Platform, ept: ExtendedPageTables, apic: ApicPage) {
    this.#hardware = hardware;
    this.#ept = ept;
    this.#apic = apic;
    this.tables = {
      read: (physical, byteCount) =>
        hardware.read(this.#through(physical, "read", false), byteCount),
      write: (physical, byteCount, value) => {
        hardware.write(this.#through(physical, "write", false), byteCount, value);
      },
    };
  }

  /** A load of the guest; a fetch when `access` says so. */
  read(physical: number, byteCount: OperandBytes): bigint {
    const access = this.access === "fetch" ? "fetch" : "read";
    const address = this.#through(physical, access, true);
    if (isApic(address)) return this.#apic.read(address % 4096, byteCount);
    return this.#hardware.read(address, byteCount);
  }

  /** A store of the guest. */
  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    const address = this.#through(physical, "write", true);
    if (isApic(address)) this.#apic.write(address % 4096, byteCount, value);
    else this.#hardware.write(address, byteCount, value);
  }

  /** Guest-physical to the hardware's address. @throws VmExit */
  #through(gpa: number, access: Access, toTranslation: boolean): number {
    const kind = {
      read: access === "read",
      write: access === "write",
      execute: access === "fetch",
    };
    const result = this.#ept.walk(gpa, kind);
    if (result.outcome === "translated") return result.address - GUEST_BASE_HPA;
    const place = { guestPhysicalAddress: gpa, guestLinearAddress: this.linear };
    if (result.outcome === "misconfiguration") {
      throw new VmExit({ reason: EXIT_REASON.eptMisconfiguration, ...place });
    }
    const { readable, writable, executable } = result;
    const rights = { readable, writable, executable, linearValid: true, toTranslation };
    const qualification = eptViolationQualification({ ...kind, ...rights });
    throw new VmExit({ reason: EXIT_REASON.eptViolation, qualification, ...place });
  }
}
