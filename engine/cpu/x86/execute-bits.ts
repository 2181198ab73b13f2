import { shift, type Shift } from "./alu.ts";
import { setStatus } from "./execute-arithmetic.ts";
import type { Executor } from "./executor.ts";
import { FLAG } from "./flags.ts";
import type { Instruction, Operand } from "./instruction.ts";
import { bytesOf, linearAddress, readOperand, writeOperand } from "./operand-access.ts";
import type { Processor } from "./processor.ts";

/** A count of zero changes neither value nor flags, but the destination is accessed. */
function shiftBy(kind: Shift): Executor {
  return (processor, instruction) => {
    const bits = 8 * bytesOf(instruction.operands[0] as Operand);
    const mask = bits === 64 ? 63n : 31n;
    const count = Number(readOperand(processor, instruction, 1) & mask);
    const value = readOperand(processor, instruction, 0);
    if (count === 0) {
      writeOperand(processor, instruction, 0, value);
      return;
    }
    const result = shift(kind, value, count, bits, processor.cpu.rflags);
    writeOperand(processor, instruction, 0, result.value);
    setStatus(processor.cpu, result.flags);
  };
}

type BitChange = (value: bigint, bit: bigint) => bigint;

/** BT and its siblings: CF takes the bit, the other flags stay. */
function testBit(change: BitChange | undefined): Executor {
  return (processor, instruction) => {
    const [base, offset] = instruction.operands as [Operand, Operand];
    const index = readOperand(processor, instruction, 1);
    const bits = BigInt(8 * instruction.operandBytes);
    const bit = 1n << (index & (bits - 1n));
    let value: bigint;
    if (base.kind === "memory" && offset.kind === "register") {
      value = changeString(processor, instruction, index, bit, change);
    } else {
      value = readOperand(processor, instruction, 0);
      if (change !== undefined) writeOperand(processor, instruction, 0, change(value, bit));
    }
    setStatus(processor.cpu, (value & bit) === 0n ? 0n : FLAG.CF, FLAG.CF);
  };
}

/** With a register offset memory is a bit string that reaches both ways. SDM vol. 2A, 3.1.1.9. */
function changeString(
  processor: Processor,
  instruction: Instruction,
  index: bigint,
  bit: bigint,
  change: BitChange | undefined,
): bigint {
  const { operandBytes } = instruction;
  const [base] = instruction.operands as [Operand];
  if (base.kind !== "memory") return 0n;
  const units = BigInt.asIntN(8 * operandBytes, index) >> BigInt(3 + Math.log2(operandBytes));
  const start = linearAddress(processor.cpu, instruction, base);
  const at = BigInt.asUintN(64, start + units * BigInt(operandBytes));
  const value = processor.memory.load(at, operandBytes);
  if (change !== undefined) processor.memory.store(at, operandBytes, change(value, bit));
  return value;
}

/** BSF and BSR: a source of zero sets ZF and leaves the destination. */
function scan(forward: boolean): Executor {
  return (processor, instruction) => {
    const value = readOperand(processor, instruction, 1);
    setStatus(processor.cpu, value === 0n ? FLAG.ZF : 0n, FLAG.ZF);
    if (value === 0n) return;
    const digits = value.toString(2);
    const index = forward ? digits.length - 1 - digits.lastIndexOf("1") : digits.length - 1;
    writeOperand(processor, instruction, 0, BigInt(index));
  };
}

/** Shifts, rotates, single bits. */
export const BITS = {
  rol: shiftBy("rol"),
  ror: shiftBy("ror"),
  rcl: shiftBy("rcl"),
  rcr: shiftBy("rcr"),
  shl: shiftBy("shl"),
  shr: shiftBy("shr"),
  sar: shiftBy("sar"),
  bt: testBit(undefined),
  bts: testBit((value, bit) => value | bit),
  btr: testBit((value, bit) => value & ~bit),
  btc: testBit((value, bit) => value ^ bit),
  bsf: scan(true),
  bsr: scan(false),
} satisfies Record<string, Executor>;
