import { GPR, type Instruction, type MemoryOperand } from "../x86/instruction.ts";

const ADDRESS_64 = 2;
const ADDRESS_32 = 1;
const SEGMENT_CODE = { none: 3, fs: 4, gs: 5 } as const;
/** Which instruction it was, bits 29:28. */
const TABLE_IDENTITY: Readonly<Record<string, number>> = { sgdt: 0, sidt: 1, lgdt: 2, lidt: 3 };
const SELECTOR_IDENTITY: Readonly<Record<string, number>> = { sldt: 0, str: 1, lldt: 2, ltr: 3 };

/**
 * The VM-exit instruction information field: how the operand of an instruction was formed. Intel SDM
 * vol. 3C, 28.2.5 "Information for VM Exits Due to Instruction Execution", tables 28-8 (INS, OUTS),
 * 28-9 (GDTR and IDTR) and 28-10 (LDTR and TR); 0 for instructions that have none.
 */
export function instructionInformation(instruction: Instruction): number {
  const { mnemonic } = instruction;
  const address = (instruction.addressBytes === 8 ? ADDRESS_64 : ADDRESS_32) << 7;
  if (/^(ins|outs)[bwd]$/.test(mnemonic)) return address | (SEGMENT_CODE.none << 15);
  const table = TABLE_IDENTITY[mnemonic];
  const identity = table ?? SELECTOR_IDENTITY[mnemonic];
  if (identity === undefined) return 0;
  const operand = instruction.operands[0];
  const common = address | (identity << 28);
  if (operand?.kind === "register") return common | (operand.register << 3) | (1 << 10);
  if (operand?.kind !== "memory") return common;
  const size = table === undefined ? 0 : 1 << 11;
  return (common | size | memoryBits(operand)) >>> 0;
}

function memoryBits(operand: MemoryOperand): number {
  const { base, index, scale, segment } = operand;
  const hasBase = base !== "rip" && base >= 0;
  const indexBits = index >= 0 ? index << 18 : 1 << 22;
  const baseBits = hasBase ? (base as number) << 23 : 1 << 27;
  return Math.log2(scale) | (SEGMENT_CODE[segment] << 15) | indexBits | baseBits;
}

/** The displacement of a memory operand: the exit qualification of descriptor-table accesses. */
export function displacementOf(instruction: Instruction): bigint {
  const operand = instruction.operands[0];
  return operand?.kind === "memory" ? BigInt.asUintN(64, operand.displacement) : 0n;
}

/** The number of the register operand at a position, RAX's where there is none. */
export function registerAt(instruction: Instruction, position: number): number {
  const operand = instruction.operands[position];
  return operand?.kind === "register" ? operand.register : GPR.rax;
}
