import type {
  Instruction,
  MemoryOperand,
  Operand,
  OperandBytes,
  RegisterOperand,
} from "./instruction.ts";
import { nextAddress } from "./instruction.ts";
import type { Processor } from "./processor.ts";
import type { CpuState } from "./state.ts";

/** Linear address of a memory operand, its segment's base included. */
export function linearAddress(
  cpu: CpuState,
  instruction: Instruction,
  operand: MemoryOperand,
): bigint {
  const base = operand.segment === "fs" ? cpu.fsBase : operand.segment === "gs" ? cpu.gsBase : 0n;
  return BigInt.asUintN(64, base + effectiveAddress(cpu, instruction, operand));
}

/** Offset of a memory operand in its segment, cut to the address size: what LEA computes. */
export function effectiveAddress(
  cpu: CpuState,
  instruction: Instruction,
  operand: MemoryOperand,
): bigint {
  let address = operand.displacement;
  if (operand.base === "rip") address += nextAddress(instruction);
  else if (operand.base >= 0) address += cpu.gpr[operand.base] as bigint;
  if (operand.index >= 0) address += (cpu.gpr[operand.index] as bigint) * BigInt(operand.scale);
  return BigInt.asUintN(8 * instruction.addressBytes, address);
}

/** Value of a register or a part of it; unsigned. */
export function readRegister(cpu: CpuState, operand: RegisterOperand): bigint {
  const value = cpu.gpr[operand.register] as bigint;
  return BigInt.asUintN(8 * operand.bytes, operand.high ? value >> 8n : value);
}

/** Writes a register: 32 bits clear the upper half, 8 and 16 bits keep the rest. SDM vol. 1, 3.4.1.1. */
export function writeRegister(cpu: CpuState, operand: RegisterOperand, value: bigint): void {
  const bits = 8 * operand.bytes;
  const part = BigInt.asUintN(bits, value);
  if (operand.bytes >= 4) {
    cpu.gpr[operand.register] = part;
    return;
  }
  const shift = operand.high ? 8n : 0n;
  const mask = ((1n << BigInt(bits)) - 1n) << shift;
  const before = cpu.gpr[operand.register] as bigint;
  cpu.gpr[operand.register] = (before & ~mask) | (part << shift);
}

/** Size of an operand in bytes. */
export function bytesOf(operand: Operand): OperandBytes {
  if (operand.kind === "register" || operand.kind === "immediate") return operand.bytes;
  if (operand.kind === "memory" && operand.bytes !== 0) return operand.bytes;
  return operand.kind === "segment" ? 2 : 8;
}

/** Unsigned value of an operand; of a target its address. */
export function readOperand(processor: Processor, instruction: Instruction, index: number): bigint {
  const operand = instruction.operands[index] as Operand;
  const { cpu } = processor;
  switch (operand.kind) {
    case "register":
      return readRegister(cpu, operand);
    case "memory":
      return processor.memory.load(linearAddress(cpu, instruction, operand), bytesOf(operand));
    case "immediate":
      return BigInt.asUintN(64, operand.value);
    case "target":
      return operand.address;
    case "segment":
      return BigInt(cpu.selectors[operand.segment] as number);
    case "control":
      return 0n;
  }
}

/** Writes a register or memory operand. */
export function writeOperand(
  processor: Processor,
  instruction: Instruction,
  index: number,
  value: bigint,
): void {
  const operand = instruction.operands[index] as Operand;
  if (operand.kind === "register") writeRegister(processor.cpu, operand, value);
  else if (operand.kind === "memory") {
    const linear = linearAddress(processor.cpu, instruction, operand);
    processor.memory.store(linear, bytesOf(operand), value);
  }
}
