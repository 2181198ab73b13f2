import type { Executor } from "./executor.ts";
import { GPR, type Instruction, type MemoryOperand, type OperandBytes } from "./instruction.ts";
import {
  bytesOf,
  effectiveAddress,
  readOperand,
  writeOperand,
  writeRegister,
} from "./operand-access.ts";
import { moveControl } from "./execute-control.ts";
import { moveToSegment } from "./execute-table.ts";
import type { Processor } from "./processor.ts";

function move(processor: Processor, instruction: Instruction): void {
  const [to, from] = instruction.operands;
  if (to?.kind === "control" || from?.kind === "control") moveControl(processor, instruction);
  else if (to?.kind === "segment") moveToSegment(processor, instruction);
  else writeOperand(processor, instruction, 0, readOperand(processor, instruction, 1));
}

function moveSigned(processor: Processor, instruction: Instruction): void {
  const from = instruction.operands[1];
  const bits = from === undefined ? 0 : 8 * bytesOf(from);
  const value = BigInt.asIntN(bits, readOperand(processor, instruction, 1));
  writeOperand(processor, instruction, 0, value);
}

function exchange(processor: Processor, instruction: Instruction): void {
  const first = readOperand(processor, instruction, 0);
  const second = readOperand(processor, instruction, 1);
  writeOperand(processor, instruction, 0, second);
  writeOperand(processor, instruction, 1, first);
}

function load(processor: Processor, instruction: Instruction): void {
  const operand = instruction.operands[1] as MemoryOperand;
  writeOperand(processor, instruction, 0, effectiveAddress(processor.cpu, instruction, operand));
}

function push(processor: Processor, instruction: Instruction): void {
  const value = readOperand(processor, instruction, 0);
  processor.push(value, instruction.operandBytes === 2 ? 2 : 8);
}

/** POP to memory computes its address with RSP already raised: SDM vol. 2B, "POP". */
function pop(processor: Processor, instruction: Instruction): void {
  const value = processor.pop(instruction.operandBytes === 2 ? 2 : 8);
  writeOperand(processor, instruction, 0, value);
}

function leave(processor: Processor, instruction: Instruction): void {
  processor.rsp = processor.cpu.gpr[GPR.rbp] as bigint;
  const bytes = instruction.operandBytes === 2 ? 2 : 8;
  const value = processor.pop(bytes);
  writeRegister(processor.cpu, whole(GPR.rbp, bytes), value);
}

/** CBW, CWDE, CDQE: the accumulator from half its size. */
function extendAccumulator({ cpu }: Processor, { operandBytes }: Instruction): void {
  const half = BigInt.asIntN(4 * operandBytes, cpu.gpr[GPR.rax] as bigint);
  writeRegister(cpu, whole(GPR.rax, operandBytes), half);
}

/** CWD, CDQ, CQO: the sign of the accumulator into all of RDX's operand size. */
function extendToData({ cpu }: Processor, { operandBytes }: Instruction): void {
  const negative = BigInt.asIntN(8 * operandBytes, cpu.gpr[GPR.rax] as bigint) < 0n;
  writeRegister(cpu, whole(GPR.rdx, operandBytes), negative ? -1n : 0n);
}

function whole(register: number, bytes: OperandBytes) {
  return { kind: "register", register, bytes, high: false } as const;
}

function swapBytes(processor: Processor, instruction: Instruction): void {
  let from = readOperand(processor, instruction, 0);
  let to = 0n;
  // With an operand size of 16 the result is undefined; here it is swapped as well.
  for (let i = 0; i < instruction.operandBytes; i++) {
    to = (to << 8n) | (from & 0xffn);
    from >>= 8n;
  }
  writeOperand(processor, instruction, 0, to);
}

function nothing(): void {}

/** Moves, stack, extensions; and what only orders or waits, which is nothing here. */
export const MOVES = {
  mov: move,
  movzx: move,
  movsx: moveSigned,
  movsxd: moveSigned,
  lea: load,
  xchg: exchange,
  push,
  pop,
  leave,
  cbw: extendAccumulator,
  cwde: extendAccumulator,
  cdqe: extendAccumulator,
  cwd: extendToData,
  cdq: extendToData,
  cqo: extendToData,
  bswap: swapBytes,
  nop: nothing,
  pause: nothing,
  endbr64: nothing,
  mfence: nothing,
  lfence: nothing,
  sfence: nothing,
} satisfies Record<string, Executor>;
