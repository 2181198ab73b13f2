import { assert } from "../../core/assert.ts";
import type { DecodeReader } from "./decode-reader.ts";
import type {
  ImmediateOperand,
  MemoryOperand,
  Operand,
  OperandBytes,
  RegisterOperand,
} from "./instruction.ts";

const RAX = 0;
const RCX = 1;
const RDX = 2;
const RSP = 4;

/** Decodes one operand by its code in {@link OpcodeRow}. */
export function decodeOperand(
  reader: DecodeReader,
  code: string,
  operandBytes: OperandBytes,
): Operand {
  const size = sizeOf(code.slice(1), operandBytes);
  switch (code[0]) {
    case "E":
      return code === "Er" ? memoryWord(reader, operandBytes) : registerOrMemory(reader, size);
    case "G":
      return register(reader, regField(reader), size);
    case "M":
      return memoryOnly(reader);
    case "R":
      return register(reader, rmField(reader), 8);
    case "Z":
      return register(reader, (reader.opcode & 7) | (reader.baseExtended ? 8 : 0), size);
    case "I":
      return immediate(reader, code, operandBytes);
    case "J":
      return target(reader, code === "Jb" ? 1 : 4);
    case "O":
      return absolute(reader, size);
    case "S":
      return segmentRegister(reader);
    case "C":
      return code === "CL" ? whole(RCX, 1) : controlRegister(reader);
    case "A":
      return whole(RAX, 1);
    case "r":
      return whole(RAX, operandBytes);
    case "e":
      return whole(RAX, operandBytes === 2 ? 2 : 4);
    case "D":
      return whole(RDX, 2);
    default:
      assert(code === "1", `an operand code of the table: ${code}`);
      return { kind: "immediate", value: 1n, bytes: 1 };
  }
}

function sizeOf(letter: string, operandBytes: OperandBytes): OperandBytes {
  if (letter === "b") return 1;
  if (letter === "w") return 2;
  // MOVSXD reads 32 bits, or 16 with an operand size of 16.
  if (letter === "s") return operandBytes === 2 ? 2 : 4;
  return operandBytes;
}

function whole(number: number, bytes: OperandBytes): RegisterOperand {
  return { kind: "register", register: number, bytes, high: false };
}

/** Without REX the 8-bit registers 4 to 7 are AH, CH, DH and BH. SDM vol. 1, 3.4.1.1. */
function register(reader: DecodeReader, number: number, bytes: OperandBytes): RegisterOperand {
  if (bytes === 1 && !reader.rex && number >= 4) {
    return { kind: "register", register: number - 4, bytes, high: true };
  }
  return whole(number, bytes);
}

function regField(reader: DecodeReader): number {
  return ((reader.modrm >> 3) & 7) | (reader.regExtended ? 8 : 0);
}

function rmField(reader: DecodeReader): number {
  return (reader.modrm & 7) | (reader.baseExtended ? 8 : 0);
}

function registerOrMemory(reader: DecodeReader, bytes: OperandBytes): Operand {
  if (reader.modrm >= 0xc0) return register(reader, rmField(reader), bytes);
  return memory(reader, bytes);
}

/** A register of operand size, or 16 bits of memory: SLDT, STR, SMSW, MOV to and from segments. */
function memoryWord(reader: DecodeReader, operandBytes: OperandBytes): Operand {
  if (reader.modrm >= 0xc0) return whole(rmField(reader), operandBytes);
  return memory(reader, 2);
}

function memoryOnly(reader: DecodeReader): MemoryOperand {
  if (reader.modrm >= 0xc0) return reader.refuse(true);
  return memory(reader, 0);
}

function memory(reader: DecodeReader, bytes: OperandBytes | 0): MemoryOperand {
  const mode = reader.modrm >> 6;
  const low = reader.modrm & 7;
  if (low === RSP) return scaledMemory(reader, mode, bytes);
  const ripRelative = mode === 0 && low === 5;
  return {
    kind: "memory",
    base: ripRelative ? "rip" : rmField(reader),
    index: -1,
    scale: 1,
    displacement: displacement(reader, ripRelative ? 2 : mode),
    segment: reader.segment,
    bytes,
  };
}

/** The form with a SIB byte: index 4 is none, base 5 without displacement is none. */
function scaledMemory(reader: DecodeReader, mode: number, bytes: OperandBytes | 0): MemoryOperand {
  const sib = reader.next();
  const index = ((sib >> 3) & 7) | (reader.indexExtended ? 8 : 0);
  const noBase = mode === 0 && (sib & 7) === 5;
  return {
    kind: "memory",
    base: noBase ? -1 : (sib & 7) | (reader.baseExtended ? 8 : 0),
    index: index === RSP ? -1 : index,
    scale: (1 << (sib >> 6)) as 1 | 2 | 4 | 8,
    displacement: displacement(reader, noBase ? 2 : mode),
    segment: reader.segment,
    bytes,
  };
}

function displacement(reader: DecodeReader, mode: number): bigint {
  return mode === 0 ? 0n : reader.signed(mode === 1 ? 1 : 4);
}

function absolute(reader: DecodeReader, bytes: OperandBytes): MemoryOperand {
  const at = reader.signed(reader.addressBytes);
  return {
    kind: "memory",
    base: -1,
    index: -1,
    scale: 1,
    displacement: reader.addressBytes === 4 ? BigInt.asUintN(32, at) : at,
    segment: reader.segment,
    bytes,
  };
}

function immediate(
  reader: DecodeReader,
  code: string,
  operandBytes: OperandBytes,
): ImmediateOperand {
  if (code === "Ib") return { kind: "immediate", value: BigInt(reader.next()), bytes: 1 };
  if (code === "Iw") {
    return { kind: "immediate", value: BigInt.asUintN(16, reader.signed(2)), bytes: 2 };
  }
  const encoded = code === "Ibs" ? 1 : code === "Iz" && operandBytes === 8 ? 4 : operandBytes;
  return { kind: "immediate", value: reader.signed(encoded), bytes: operandBytes };
}

function target(reader: DecodeReader, byteCount: number): Operand {
  const offset = reader.signed(byteCount);
  const next = reader.address + BigInt(reader.length);
  return { kind: "target", address: BigInt.asUintN(64, next + offset) };
}

/** CS cannot be loaded, and there are six segment registers. */
function segmentRegister(reader: DecodeReader): Operand {
  const segment = (reader.modrm >> 3) & 7;
  if (segment > 5 || (segment === 1 && reader.opcode === 0x8e)) return reader.refuse(true);
  return { kind: "segment", segment };
}

function controlRegister(reader: DecodeReader): Operand {
  const number = regField(reader);
  if (![0, 2, 3, 4, 8].includes(number)) return reader.refuse(true);
  return { kind: "control", register: number };
}
