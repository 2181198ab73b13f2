import type { Mnemonic } from "./mnemonic.ts";

/** Sizes of an operand in bytes. */
export type OperandBytes = 1 | 2 | 4 | 8;

/** Numbers of the general-purpose registers as ModRM and REX encode them, 0 to 15. */
export const GPR = {
  rax: 0,
  rcx: 1,
  rdx: 2,
  rbx: 3,
  rsp: 4,
  rbp: 5,
  rsi: 6,
  rdi: 7,
  r8: 8,
  r9: 9,
  r10: 10,
  r11: 11,
  r12: 12,
  r13: 13,
  r14: 14,
  r15: 15,
} as const;

/** Numbers of the segment registers as ModRM.reg encodes them, 0 to 5. */
export const SEGMENT = { es: 0, cs: 1, ss: 2, ds: 3, fs: 4, gs: 5 } as const;

/** A general-purpose register, or its part of 8, 16 or 32 bits. */
export interface RegisterOperand {
  readonly kind: "register";
  /** One of {@link GPR}. */
  readonly register: number;
  readonly bytes: OperandBytes;
  /** AH, CH, DH or BH: bits 15:8 of registers 0 to 3. */
  readonly high: boolean;
}

/** Memory at base + index * scale + displacement. Intel SDM vol. 2A, 2.1.5 and 2.2.1.6. */
export interface MemoryOperand {
  readonly kind: "memory";
  /** Base register, `"rip"` for RIP-relative addressing, or -1 for none. */
  readonly base: number | "rip";
  /** Index register, or -1 for none. */
  readonly index: number;
  readonly scale: 1 | 2 | 4 | 8;
  /** Sign-extended to 64 bits; RIP-relative operands keep the encoded displacement. */
  readonly displacement: bigint;
  /** FS and GS add their base; the others have base 0 in 64-bit mode. */
  readonly segment: "fs" | "gs" | "none";
  /** Size of the memory accessed, or 0 where an instruction only forms the address or reads a structure. */
  readonly bytes: OperandBytes | 0;
}

/** A constant in the instruction, sign-extended to 64 bits where the instruction does so. */
export interface ImmediateOperand {
  readonly kind: "immediate";
  readonly value: bigint;
  readonly bytes: OperandBytes;
}

/** The target of a relative branch: an address, 0 to 2^64 - 1. */
export interface TargetOperand {
  readonly kind: "target";
  readonly address: bigint;
}

/** A segment register, one of {@link SEGMENT}. */
export interface SegmentOperand {
  readonly kind: "segment";
  readonly segment: number;
}

/** Control register 0, 2, 3, 4 or 8. */
export interface ControlOperand {
  readonly kind: "control";
  readonly register: number;
}

/** One operand of an instruction. Implicit ones are listed where Intel's syntax writes them. */
export type Operand =
  | RegisterOperand
  | MemoryOperand
  | ImmediateOperand
  | TargetOperand
  | SegmentOperand
  | ControlOperand;

/** One decoded instruction: what its bytes say and nothing about the CPU that meets it. */
export interface Instruction {
  /** Linear address of the first byte, 0 to 2^64 - 1. */
  readonly address: bigint;
  /** Its bytes, prefixes included: 1 to 15. */
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly mnemonic: Mnemonic;
  readonly operands: readonly Operand[];
  /** Operand size in bytes. */
  readonly operandBytes: OperandBytes;
  readonly addressBytes: 4 | 8;
  /** Condition code of jcc, setcc and cmovcc, 0 to 15; -1 otherwise. */
  readonly condition: number;
  readonly lock: boolean;
  /** Of string instructions: how they repeat. */
  readonly repeat: "none" | "rep" | "repne";
}

/** Address of the instruction that follows in memory. */
export function nextAddress(instruction: Instruction): bigint {
  return BigInt.asUintN(64, instruction.address + BigInt(instruction.length));
}

/** The bytes of an instruction in hexadecimal, separated by spaces. */
export function bytesText(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
