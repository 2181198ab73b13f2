import { assert } from "../../core/assert.ts";
import { fieldType, fieldWidthBits, VMCS_FIELDS, type VmcsFieldName } from "./vmcs-field.ts";

/**
 * A virtual-machine control structure: what decides which guest actions exit, where the guest's and
 * the host's state go at a transition, and what the CPU says about the last exit. Intel SDM vol. 3C,
 * chapter 25 "Virtual Machine Control Structures".
 */
export class Vmcs {
  readonly #values = new Map<VmcsFieldName, bigint>();
  /** Set by VMLAUNCH, asked for by VMRESUME (25.11.3 "Initializing a VMCS"). */
  launched = false;
  /** Hears of each field that holds another value now, or none any more. */
  onSet: ((field: VmcsFieldName) => void) | undefined;

  constructor() {
    // 25.4.2 "Guest Non-Register State": a link pointer that is not used has all bits set.
    this.#values.set("vmcsLinkPointer", (1n << 64n) - 1n);
  }

  /** VMREAD of a field, unsigned. */
  read(field: VmcsFieldName): bigint {
    return this.#values.get(field) ?? 0n;
  }

  /** VMREAD of a field that fits a number (up to 53 bits). */
  readNumber(field: VmcsFieldName): number {
    return Number(this.read(field));
  }

  /** VMWRITE by the hypervisor; exit information is the CPU's alone. */
  write(field: VmcsFieldName, value: bigint | number): void {
    assert(fieldType(field) !== "readOnly", `VMCS field ${field} is written by the CPU only`);
    this.#set(field, value);
  }

  /** The CPU writes a field: guest state at an exit, exit information. */
  record(field: VmcsFieldName, value: bigint | number): void {
    this.#set(field, value);
  }

  /** Whether a field was ever written, and not left undefined by the CPU since. */
  isKnown(field: VmcsFieldName): boolean {
    return this.#values.has(field);
  }

  /** The last exit leaves a field undefined (28.2 "Recording VM-Exit Information"). */
  forget(field: VmcsFieldName): void {
    if (this.#values.delete(field)) this.onSet?.(field);
  }

  /** Whether a control bit is set. */
  has(field: ControlField, bit: number): boolean {
    return ((this.read(field) >> BigInt(bit)) & 1n) === 1n;
  }

  /** Sets or clears a control bit. */
  setBit(field: ControlField, bit: number, on: boolean): void {
    const mask = 1n << BigInt(bit);
    this.#set(field, on ? this.read(field) | mask : this.read(field) & ~mask);
  }

  /** All fields in the order of their encodings, for people. */
  entries(): readonly VmcsEntry[] {
    const names = Object.keys(VMCS_FIELDS) as VmcsFieldName[];
    return names.map((field) => ({
      field,
      encoding: VMCS_FIELDS[field],
      widthBits: fieldWidthBits(field),
      value: this.read(field),
    }));
  }

  #set(field: VmcsFieldName, value: bigint | number): void {
    const next = BigInt.asUintN(fieldWidthBits(field), BigInt(value));
    if (this.#values.get(field) === next) return;
    this.#values.set(field, next);
    this.onSet?.(field);
  }
}

/** The fields that hold one control per bit. */
export type ControlField =
  | "pinBasedControls"
  | "primaryControls"
  | "secondaryControls"
  | "exitControls"
  | "entryControls"
  | "exceptionBitmap";

/** One field as a reader sees it. */
export interface VmcsEntry {
  readonly field: VmcsFieldName;
  /** Encoding, SDM vol. 3D appendix B. */
  readonly encoding: number;
  readonly widthBits: 16 | 32 | 64;
  readonly value: bigint;
}
