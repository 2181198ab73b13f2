import { add, type AluResult, logic, subtract, truncate } from "./alu.ts";
import { CpuException, VECTOR } from "./exception.ts";
import type { Executor } from "./executor.ts";
import { FLAG, STATUS_FLAGS } from "./flags.ts";
import { GPR, type Instruction, type Operand } from "./instruction.ts";
import { bytesOf, readOperand, writeOperand, writeRegister } from "./operand-access.ts";
import type { Processor } from "./processor.ts";
import type { CpuState } from "./state.ts";

/** Takes over the flags of a result: those of `mask`, all six by default. */
export function setStatus(cpu: CpuState, flags: bigint, mask = STATUS_FLAGS): void {
  cpu.rflags = (cpu.rflags & ~mask) | (flags & mask);
}

function bitsOf(instruction: Instruction): number {
  return 8 * bytesOf(instruction.operands[0] as Operand);
}

type Operation = (a: bigint, b: bigint, carry: bigint, bits: number) => AluResult;

/** Two operands; the result goes to the first, unless only its flags are wanted. */
function binary(operation: Operation, stores = true): Executor {
  return (processor, instruction) => {
    const { cpu } = processor;
    const bits = bitsOf(instruction);
    const carry = (cpu.rflags & FLAG.CF) === 0n ? 0n : 1n;
    const a = readOperand(processor, instruction, 0);
    const b = truncate(readOperand(processor, instruction, 1), bits);
    const { value, flags } = operation(a, b, carry, bits);
    if (stores) writeOperand(processor, instruction, 0, value);
    setStatus(cpu, flags);
  };
}

/** INC and DEC keep CF. */
function step(operation: Operation): Executor {
  return (processor, instruction) => {
    const a = readOperand(processor, instruction, 0);
    const { value, flags } = operation(a, 1n, 0n, bitsOf(instruction));
    writeOperand(processor, instruction, 0, value);
    setStatus(processor.cpu, flags, STATUS_FLAGS & ~FLAG.CF);
  };
}

function negate(processor: Processor, instruction: Instruction): void {
  const a = readOperand(processor, instruction, 0);
  const { value, flags } = subtract(0n, a, 0n, bitsOf(instruction));
  writeOperand(processor, instruction, 0, value);
  setStatus(processor.cpu, flags);
}

function invert(processor: Processor, instruction: Instruction): void {
  writeOperand(processor, instruction, 0, ~readOperand(processor, instruction, 0));
}

/** Writes the double-width result of MUL and IMUL: AX, or the two halves in RDX and RAX. */
function writeDouble(cpu: CpuState, product: bigint, bits: number): void {
  if (bits === 8) {
    writeRegister(cpu, { kind: "register", register: GPR.rax, bytes: 2, high: false }, product);
    return;
  }
  const bytes = (bits / 8) as 2 | 4 | 8;
  writeRegister(cpu, { kind: "register", register: GPR.rax, bytes, high: false }, product);
  const high = product >> BigInt(bits);
  writeRegister(cpu, { kind: "register", register: GPR.rdx, bytes, high: false }, high);
}

/** CF and OF tell whether the upper half matters; the SDM leaves the others undefined: kept. */
function setOverflow(cpu: CpuState, overflow: boolean): void {
  const flags = FLAG.CF | FLAG.OF;
  setStatus(cpu, overflow ? flags : 0n, flags);
}

function multiplyUnsigned(processor: Processor, instruction: Instruction): void {
  const bits = bitsOf(instruction);
  const { cpu } = processor;
  const product =
    truncate(cpu.gpr[GPR.rax] as bigint, bits) * readOperand(processor, instruction, 0);
  writeDouble(cpu, product, bits);
  setOverflow(cpu, product >> BigInt(bits) !== 0n);
}

/** IMUL of one, two or three operands. */
function multiplySigned(processor: Processor, instruction: Instruction): void {
  const bits = bitsOf(instruction);
  const { cpu } = processor;
  const { operands } = instruction;
  const signed = (index: number) => BigInt.asIntN(bits, readOperand(processor, instruction, index));
  const [a, b] =
    operands.length === 1
      ? [BigInt.asIntN(bits, cpu.gpr[GPR.rax] as bigint), signed(0)]
      : operands.length === 2
        ? [signed(0), signed(1)]
        : [signed(1), signed(2)];
  const product = a * b;
  if (operands.length === 1) writeDouble(cpu, product, bits);
  else writeOperand(processor, instruction, 0, product);
  setOverflow(cpu, BigInt.asIntN(bits, product) !== product);
}

/** The dividend in AX or RDX:RAX, unsigned. */
function dividend(cpu: CpuState, bits: number): bigint {
  const low = cpu.gpr[GPR.rax] as bigint;
  if (bits === 8) return truncate(low, 16);
  return (truncate(cpu.gpr[GPR.rdx] as bigint, bits) << BigInt(bits)) | truncate(low, bits);
}

/** Flags are undefined after DIV and IDIV: kept. @throws CpuException #DE. */
function divide(processor: Processor, instruction: Instruction, signed: boolean): void {
  const bits = bitsOf(instruction);
  const { cpu } = processor;
  let divisor = readOperand(processor, instruction, 0);
  let number = dividend(cpu, bits);
  if (signed) {
    divisor = BigInt.asIntN(bits, divisor);
    number = BigInt.asIntN(2 * bits, number);
  }
  if (divisor === 0n) throw new CpuException(VECTOR.divideError);
  const quotient = number / divisor;
  const fits = signed ? BigInt.asIntN(bits, quotient) : truncate(quotient, bits);
  if (fits !== quotient) throw new CpuException(VECTOR.divideError);
  const remainder = number % divisor;
  const low = truncate(quotient, bits);
  if (bits === 8) writeDouble(cpu, (truncate(remainder, 8) << 8n) | low, 8);
  else writeDouble(cpu, (truncate(remainder, bits) << BigInt(bits)) | low, bits);
}

function exchangeAdd(processor: Processor, instruction: Instruction): void {
  const a = readOperand(processor, instruction, 0);
  const b = readOperand(processor, instruction, 1);
  const { value, flags } = add(a, b, 0n, bitsOf(instruction));
  // Register forms with the same register twice end with the sum.
  if (instruction.operands[0]?.kind === "memory") {
    writeOperand(processor, instruction, 0, value);
    writeOperand(processor, instruction, 1, a);
  } else {
    writeOperand(processor, instruction, 1, a);
    writeOperand(processor, instruction, 0, value);
  }
  setStatus(processor.cpu, flags);
}

/** The destination is written either way, so that a write fault comes either way. */
function compareExchange(processor: Processor, instruction: Instruction): void {
  const { cpu } = processor;
  const bits = bitsOf(instruction);
  const accumulator = truncate(cpu.gpr[GPR.rax] as bigint, bits);
  const current = readOperand(processor, instruction, 0);
  const equal = accumulator === current;
  const next = equal ? readOperand(processor, instruction, 1) : current;
  // A 32-bit destination in a register keeps its upper half when the comparison fails.
  const keepsRegister = !equal && instruction.operands[0]?.kind === "register";
  if (!keepsRegister) writeOperand(processor, instruction, 0, next);
  if (!equal) {
    const bytes = bytesOf(instruction.operands[0] as Operand);
    writeRegister(cpu, { kind: "register", register: GPR.rax, bytes, high: false }, current);
  }
  setStatus(cpu, subtract(accumulator, current, 0n, bits).flags);
}

const subtractPlain: Operation = (a, b, _carry, bits) => subtract(a, b, 0n, bits);
const and: Operation = (a, b, _carry, bits) => logic(a & b, bits);

/** Integer arithmetic and logic. */
export const ARITHMETIC = {
  add: binary((a, b, _carry, bits) => add(a, b, 0n, bits)),
  adc: binary(add),
  sub: binary(subtractPlain),
  sbb: binary(subtract),
  cmp: binary(subtractPlain, false),
  and: binary(and),
  test: binary(and, false),
  or: binary((a, b, _carry, bits) => logic(a | b, bits)),
  xor: binary((a, b, _carry, bits) => logic(a ^ b, bits)),
  inc: step(add),
  dec: step(subtract),
  neg: negate,
  not: invert,
  mul: multiplyUnsigned,
  imul: multiplySigned,
  div: (processor, instruction) => divide(processor, instruction, false),
  idiv: (processor, instruction) => divide(processor, instruction, true),
  xadd: exchangeAdd,
  cmpxchg: compareExchange,
} satisfies Record<string, Executor>;
