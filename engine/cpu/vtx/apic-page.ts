import { EXIT_REASON } from "../exit-reason.ts";
import type { OperandBytes } from "../x86/instruction.ts";
import { SECONDARY } from "./controls.ts";
import { APIC_ACCESS, apicAccessQualification } from "./exit-qualification.ts";
import { VIRTUAL_APIC, type VirtualApic } from "./virtual-apic.ts";
import { type ExitFacts, VmExit } from "./vm-exit.ts";
import type { Vmcs } from "./vmcs.ts";

const EOI = 0x0b0;
const ICR_LOW = 0x300;
/** Registers that a read finds in the virtual-APIC page under APIC-register virtualization. */
const READ_VIRTUALIZED: ReadonlySet<number> = new Set([
  0x020,
  0x030,
  0x080,
  0x0b0,
  0x0d0,
  0x0e0,
  0x0f0,
  0x280,
  0x300,
  0x310,
  0x380,
  0x3e0,
  ...Array.from({ length: 24 }, (_, word) => 0x100 + 16 * word),
  ...Array.from({ length: 6 }, (_, entry) => 0x320 + 16 * entry),
]);
/** Registers whose write goes into the page first, under APIC-register virtualization. */
const WRITE_VIRTUALIZED: ReadonlySet<number> = new Set([
  0x020,
  0x080,
  0x0b0,
  0x0d0,
  0x0e0,
  0x0f0,
  0x280,
  0x300,
  0x310,
  0x380,
  0x3e0,
  ...Array.from({ length: 6 }, (_, entry) => 0x320 + 16 * entry),
]);

/** What the machine behind the virtual APIC hears of what the CPU did by itself. */
export interface ApicMirror {
  /** A register got a value without an exit: EOI, TPR, a self-IPI. */
  wrote(offset: number, value: number): void;
}

/**
 * The APIC-access page: what becomes of a guest's load or store there. Intel SDM vol. 3C, 30.4
 * "Virtualizing Memory-Mapped APIC Accesses". Exits that come after the instruction (30.4.3.2
 * "APIC-Write Emulation") wait in `trap`.
 */
export class ApicPage {
  /** An exit that is due when the instruction is over. */
  trap: ExitFacts | undefined;
  readonly #vmcs: Vmcs;
  readonly #apic: VirtualApic;
  readonly #mirror: ApicMirror;

  constructor(vmcs: Vmcs, apic: VirtualApic, mirror: ApicMirror) {
    this.#vmcs = vmcs;
    this.#apic = apic;
    this.#mirror = mirror;
  }

  /** A load of the guest. @throws VmExit */
  read(offset: number, byteCount: OperandBytes): bigint {
    const register = offset & 0xff0;
    const virtualized = this.#registers ? READ_VIRTUALIZED.has(register) : register === VTPR;
    if (!virtualized || !inRegister(offset, byteCount)) throw apicAccess(offset, "read");
    const { page } = this.#apic;
    if (byteCount === 4) return BigInt(page.getUint32(offset, true));
    return BigInt(byteCount === 2 ? page.getUint16(offset, true) : page.getUint8(offset));
  }

  /** A store of the guest. @throws VmExit */
  write(offset: number, byteCount: OperandBytes, value: bigint): void {
    const register = offset & 0xff0;
    const virtualized = this.#virtualizesWrite(register);
    if (!virtualized || !inRegister(offset, byteCount)) throw apicAccess(offset, "write");
    const { page } = this.#apic;
    if (byteCount === 4) page.setUint32(offset, Number(value), true);
    else if (byteCount === 2) page.setUint16(offset, Number(value), true);
    else page.setUint8(offset, Number(value));
    this.#emulate(register, page.getUint32(register, true));
  }

  get #registers(): boolean {
    return this.#vmcs.has("secondaryControls", SECONDARY.apicRegisterVirtualization);
  }

  get #delivery(): boolean {
    return this.#vmcs.has("secondaryControls", SECONDARY.virtualInterruptDelivery);
  }

  #virtualizesWrite(register: number): boolean {
    if (this.#registers) return WRITE_VIRTUALIZED.has(register);
    if (this.#delivery && (register === EOI || register === ICR_LOW)) return true;
    return register === VTPR;
  }

  /** 30.4.3.2 "APIC-Write Emulation". */
  #emulate(register: number, value: number): void {
    if (register === VTPR) {
      this.#mirror.wrote(register, value & 0xff);
      if (this.#apic.writeTpr(value & 0xff, this.#delivery) === "done") return;
      this.trap = { reason: EXIT_REASON.tprBelowThreshold };
    } else if (register === EOI && this.#delivery) this.#endInterrupt();
    else if (register === ICR_LOW && this.#delivery && isSelfIpi(value)) {
      this.#mirror.wrote(register, value);
      this.#apic.request(value & 0xff);
    } else {
      this.trap = { reason: EXIT_REASON.apicWrite, qualification: BigInt(register) };
    }
  }

  #endInterrupt(): void {
    const { outcome, vector } = this.#apic.eoi();
    this.#mirror.wrote(EOI, 0);
    if (outcome !== "eoiInduced") return;
    this.trap = { reason: EXIT_REASON.virtualizedEoi, qualification: BigInt(vector) };
  }
}

const { VTPR } = VIRTUAL_APIC;

/** Within the low four bytes of a register that is 16 bytes apart from the next. */
function inRegister(offset: number, byteCount: number): boolean {
  return (offset & 0xf) + byteCount <= 4;
}

/** 30.1.5 "Self-IPI Virtualization": fixed, edge, to oneself, a legal vector, nothing reserved. */
function isSelfIpi(value: number): boolean {
  return (value & 0xffff_ff00) >>> 0 === 0x4_0000 && (value & 0xff) >= 16;
}

function apicAccess(offset: number, access: "read" | "write"): VmExit {
  const qualification = apicAccessQualification(offset, APIC_ACCESS[access]);
  return new VmExit({ reason: EXIT_REASON.apicAccess, qualification });
}
