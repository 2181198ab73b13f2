import type { OperandBytes } from "../x86/instruction.ts";
import type { SourceOperand } from "./source-operand.ts";

/** Size in bytes that an operand code's letter stands for. */
function sizeOf(code: string, operandBytes: OperandBytes): number {
  const letter = code.slice(1);
  if (letter === "b") return 1;
  if (letter === "w") return 2;
  if (letter === "s") return operandBytes === 2 ? 2 : 4;
  return operandBytes;
}

/** Whether a constant can be written in `bits` bits, signed or unsigned. */
function fits(value: bigint, bits: number): boolean {
  return value >= -(1n << BigInt(bits - 1)) && value < 1n << BigInt(bits);
}

/** Whether a constant of operand size is the sign extension of its low `bits` bits. */
function extends_(value: bigint, bits: number, operandBytes: OperandBytes): boolean {
  const wide = 8 * operandBytes;
  return fits(value, wide) && BigInt.asIntN(bits, value) === BigInt.asIntN(wide, value);
}

/** Registers that an operand code names by itself: number and size. */
function fixedRegister(code: string, operandBytes: OperandBytes): [number, number] | undefined {
  if (code === "AL") return [0, 1];
  if (code === "CL") return [1, 1];
  if (code === "DX") return [2, 2];
  if (code === "rAX") return [0, operandBytes];
  return code === "eAX" ? [0, operandBytes === 2 ? 2 : 4] : undefined;
}

/** Whether a source operand can be encoded by an operand code of the opcode table. */
export function matches(code: string, operand: SourceOperand, operandBytes: OperandBytes): boolean {
  const fixed = fixedRegister(code, operandBytes);
  if (operand.kind === "register") {
    const { register, bytes, high } = operand;
    if (fixed !== undefined) return register === fixed[0] && bytes === fixed[1] && !high;
    if (code === "Rq") return bytes === 8;
    if (code === "Er") return bytes === operandBytes;
    return "EGZ".includes(code[0] as string) && bytes === sizeOf(code, operandBytes);
  }
  if (operand.kind === "memory") {
    if (code === "M") return operand.bytes === 0;
    if (code === "Er") return operand.bytes === 0 || operand.bytes === 2;
    if (code[0] !== "E") return false;
    return operand.bytes === 0 || operand.bytes === sizeOf(code, operandBytes);
  }
  if (operand.kind === "segment") return code === "Sw";
  if (operand.kind === "control") return code === "Cd";
  return matchesImmediate(code, operand, operandBytes);
}

function matchesImmediate(
  code: string,
  { value, isAddress, short }: Extract<SourceOperand, { kind: "immediate" }>,
  operandBytes: OperandBytes,
): boolean {
  if (code === "Jb") return true;
  if (code === "Jz") return !short;
  // A label's value is not known in the first pass: it takes the widest form in both.
  if (isAddress && (code === "Ib" || code === "Ibs" || code === "1")) return false;
  if (code === "1") return value === 1n;
  if (code === "Ib") return fits(value, 8);
  if (code === "Iw") return value >= 0n && value < 0x1_0000n;
  if (code === "Ibs") return extends_(value, 8, operandBytes);
  if (code === "Iz")
    return extends_(value, operandBytes === 8 ? 32 : 8 * operandBytes, operandBytes);
  return code === "Iv" && fits(value, 8 * operandBytes);
}

/** Whether the codes of a row tell the size of a memory operand for which none is written. */
export function tellsSize(
  codes: readonly string[],
  index: number,
  operands: readonly SourceOperand[],
): boolean {
  const code = codes[index] as string;
  if (code === "M" || code === "Er") return true;
  const letter = code[1];
  return codes.some((other, at) => {
    if (at === index || operands[at]?.kind !== "register") return false;
    if (letter === "b") return other === "AL" || other[1] === "b";
    return other === "rAX" || (other[1] === "v" && letter === "v");
  });
}
