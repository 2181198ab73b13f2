import { InputError } from "../../core/input-error.ts";
import type { OperandBytes } from "../x86/instruction.ts";
import type { OpcodeRow } from "../x86/opcode-table.ts";
import type { SourceInstruction } from "./encode.ts";
import type { SourceMemory, SourceOperand } from "./source-operand.ts";

/** A row of the opcode table with the opcode that leads to it. */
export interface OpcodeForm {
  readonly opcode: number;
  readonly row: OpcodeRow;
  /** ModRM.reg of a group, or -1. */
  readonly reg: number;
  /** The whole ModRM byte where it belongs to the opcode, or -1. */
  readonly modrm: number;
  /** Whether the mnemonic has a form with a 32-bit target. */
  readonly hasLongForm?: boolean;
}

/** The bits and bytes behind the opcode, gathered operand by operand. */
interface Parts {
  rex: number;
  /** An 8-bit register 4 to 7 needs REX; AH to BH must not have it. */
  needsRex: boolean;
  hasHigh: boolean;
  modrm: number;
  /** SIB and displacement. */
  rest: number[];
  immediate: number[];
  opcodeRegister: number;
  memory: SourceMemory | undefined;
  target: SourceOperand | undefined;
  targetBytes: number;
}

/** The bytes of an instruction in one form. */
export function encodeForm(
  form: OpcodeForm,
  source: SourceInstruction,
  operandBytes: OperandBytes,
): Uint8Array {
  const parts: Parts = {
    rex: operandBytes === 8 && !form.row.force64 && !form.row.default64 ? 8 : 0,
    needsRex: false,
    hasHigh: false,
    modrm: form.modrm,
    rest: [],
    immediate: [],
    opcodeRegister: 0,
    memory: undefined,
    target: undefined,
    targetBytes: 0,
  };
  // A group's member without operands (the fences) has a ModRM byte of the register form.
  const mode = form.row.operands.length === 0 ? 0xc0 : 0;
  if (form.reg >= 0) setModrm(parts, mode | (form.reg << 3));
  form.row.operands.forEach((code, index) => {
    takeOperand(parts, code, source.operands[index] as SourceOperand, operandBytes);
  });
  return join(form, parts, source, operandBytes);
}

function setModrm(parts: Parts, bits: number): void {
  parts.modrm = (parts.modrm < 0 ? 0 : parts.modrm) | bits;
}

function takeOperand(
  parts: Parts,
  code: string,
  operand: SourceOperand,
  operandBytes: OperandBytes,
): void {
  switch (code[0]) {
    case "E":
    case "M":
    case "R":
      takeModrm(parts, operand);
      break;
    case "G":
      takeReg(parts, operand);
      break;
    case "S":
      if (operand.kind === "segment") setModrm(parts, operand.segment << 3);
      break;
    case "C":
      if (operand.kind === "control") takeNumber(parts, operand.register);
      break;
    case "Z":
      if (operand.kind === "register") {
        parts.opcodeRegister = registerBits(parts, operand);
        if (operand.register >= 8) parts.rex |= 1;
      }
      break;
    case "I":
      takeImmediate(parts, code, operand, operandBytes);
      break;
    case "J":
      parts.target = operand;
      parts.targetBytes = code === "Jb" ? 1 : 4;
      break;
    default:
      break;
  }
}

function takeNumber(parts: Parts, register: number): void {
  setModrm(parts, (register & 7) << 3);
  if (register >= 8) parts.rex |= 4;
}

/** The three low bits of a register; AH to BH are encoded as 4 to 7. */
function registerBits(
  parts: Parts,
  { register, bytes, high }: Extract<SourceOperand, { kind: "register" }>,
): number {
  if (bytes === 1 && register >= 4 && register < 8) parts.needsRex = true;
  if (high) parts.hasHigh = true;
  return (register & 7) + (high ? 4 : 0);
}

function takeReg(parts: Parts, operand: SourceOperand): void {
  if (operand.kind !== "register") return;
  setModrm(parts, registerBits(parts, operand) << 3);
  if (operand.register >= 8) parts.rex |= 4;
}

function takeModrm(parts: Parts, operand: SourceOperand): void {
  if (operand.kind === "register") {
    setModrm(parts, 0xc0 | registerBits(parts, operand));
    if (operand.register >= 8) parts.rex |= 1;
  } else if (operand.kind === "memory") {
    setModrm(parts, 0);
    parts.memory = operand;
    if (operand.base >= 8) parts.rex |= 1;
    if (operand.index >= 8) parts.rex |= 2;
  }
}

function takeImmediate(
  parts: Parts,
  code: string,
  operand: SourceOperand,
  operandBytes: OperandBytes,
): void {
  if (operand.kind !== "immediate") return;
  const byteCount =
    code === "Ib" || code === "Ibs"
      ? 1
      : code === "Iw"
        ? 2
        : code === "Iz" && operandBytes === 8
          ? 4
          : operandBytes;
  parts.immediate = little(operand.value, byteCount);
}

/** The low bytes of a value, least first. */
export function little(value: bigint, byteCount: number): number[] {
  const low = BigInt.asUintN(8 * byteCount, value);
  return Array.from({ length: byteCount }, (_, index) =>
    Number((low >> BigInt(8 * index)) & 0xffn),
  );
}

function join(
  form: OpcodeForm,
  parts: Parts,
  source: SourceInstruction,
  operandBytes: OperandBytes,
): Uint8Array {
  const bytes = [...source.prefixes];
  const { memory, target } = parts;
  if (memory?.addressBytes === 4 || source.mnemonic === "jecxz") bytes.push(0x67);
  if (operandBytes === 2) bytes.push(0x66);
  if (memory !== undefined && memory.segment !== "none") {
    bytes.push(memory.segment === "fs" ? 0x64 : 0x65);
  }
  if (parts.rex !== 0 || parts.needsRex) {
    if (parts.hasHigh) throw new InputError("AH, BH, CH and DH cannot stand with these registers");
    bytes.push(0x40 | parts.rex);
  }
  if (form.opcode > 0xff) bytes.push(0x0f);
  bytes.push((form.opcode & 0xff) | parts.opcodeRegister);
  if (memory !== undefined) {
    const left = parts.immediate.length;
    bytes.push(...memoryBytes(memory, parts.modrm, source.address + bytes.length, left));
  } else if (parts.modrm >= 0) bytes.push(parts.modrm);
  bytes.push(...parts.immediate);
  if (target?.kind === "immediate") {
    const next = BigInt(source.address + bytes.length + parts.targetBytes);
    bytes.push(...branchOffset(target.value - next, parts.targetBytes));
  }
  return Uint8Array.from(bytes);
}

function branchOffset(offset: bigint, byteCount: number): number[] {
  if (BigInt.asIntN(8 * byteCount, offset) !== offset) {
    throw new InputError(`the target is ${offset} bytes away, more than the branch can reach`);
  }
  return little(offset, byteCount);
}

/** ModRM, SIB and displacement. Intel SDM vol. 2A, tables 2-2 and 2-3. */
function memoryBytes(
  memory: SourceMemory,
  modrm: number,
  address: number,
  immediateBytes: number,
): number[] {
  const { base, index, scale, displacement, isAddress } = memory;
  if (memory.relative) {
    const next = BigInt(address + 5 + immediateBytes);
    return [modrm | 5, ...branchOffset(displacement - next, 4)];
  }
  const wide = BigInt.asIntN(32, displacement) !== displacement;
  if (
    wide &&
    (base >= 0 || index >= 0 || displacement >> 32n !== 0n || memory.addressBytes === 8)
  ) {
    throw new InputError(`the address ${displacement} does not fit into 32 signed bits`);
  }
  const sib = (Math.log2(scale) << 6) | ((index < 0 ? 4 : index & 7) << 3);
  if (base < 0) return [modrm | 4, sib | 5, ...little(displacement, 4)];
  const needsSib = index >= 0 || (base & 7) === 4;
  const head = needsSib ? [modrm | 4, sib | (base & 7)] : [modrm | (base & 7)];
  // RBP and R13 without displacement mean something else: they get one of 0.
  if (displacement === 0n && !isAddress && (base & 7) !== 5) return head;
  const short = !isAddress && BigInt.asIntN(8, displacement) === displacement;
  head[0] = (head[0] as number) | (short ? 0x40 : 0x80);
  return [...head, ...little(displacement, short ? 1 : 4)];
}
