import { type Instruction, type MemoryOperand, nextAddress, type Operand } from "./instruction.ts";

const LETTERS = ["a", "c", "d", "b", "sp", "bp", "si", "di"] as const;
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs"] as const;
const SIZES: Readonly<Record<number, string>> = { 1: "byte", 2: "word", 4: "dword", 8: "qword" };

/** Finds the name of an address, if it has one. */
export type SymbolOf = (address: bigint) => string | undefined;

const noSymbols: SymbolOf = () => undefined;

/** Name of a general-purpose register, or of its part of 1, 2 or 4 bytes. */
export function registerName(register: number, bytes: number, high = false): string {
  if (register >= 8) return `r${register}${{ 1: "b", 2: "w", 4: "d", 8: "" }[bytes] ?? ""}`;
  const letters = LETTERS[register] as string;
  if (bytes === 1) return letters.length > 1 ? `${letters}l` : `${letters}${high ? "h" : "l"}`;
  const word = letters.length > 1 ? letters : `${letters}x`;
  return `${{ 2: "", 4: "e", 8: "r" }[bytes] ?? ""}${word}`;
}

/** An instruction in Intel's syntax, as our assembler reads it; addresses by name where they have one. */
export function formatInstruction(instruction: Instruction, symbolOf = noSymbols): string {
  const { mnemonic, operands, lock, repeat } = instruction;
  const prefix = `${lock ? "lock " : ""}${repeat === "none" ? "" : `${repeat} `}`;
  const sized = needsSize(instruction);
  const texts = operands.map((it) => operandText(instruction, it, sized, symbolOf));
  return `${prefix}${mnemonic}${texts.length > 0 ? ` ${texts.join(", ")}` : ""}`;
}

/** Memory needs a size word where no register tells it. */
function needsSize({ mnemonic, operands }: Instruction): boolean {
  if (/^(?:movzx|movsx|movsxd|rol|ror|rcl|rcr|shl|shr|sar)$/.test(mnemonic)) return true;
  return !operands.some((it) => it.kind === "register" || it.kind === "segment");
}

function operandText(
  instruction: Instruction,
  operand: Operand,
  sized: boolean,
  symbolOf: SymbolOf,
): string {
  switch (operand.kind) {
    case "register":
      return registerName(operand.register, operand.bytes, operand.high);
    case "immediate":
      return hex(BigInt.asUintN(8 * operand.bytes, operand.value));
    case "target":
      return symbolOf(operand.address) ?? hex(operand.address);
    case "segment":
      return SEGMENTS[operand.segment] as string;
    case "control":
      return `cr${operand.register}`;
    case "memory":
      return memoryText(instruction, operand, sized, symbolOf);
  }
}

function memoryText(
  instruction: Instruction,
  operand: MemoryOperand,
  sized: boolean,
  symbolOf: SymbolOf,
): string {
  const size = sized && operand.bytes !== 0 ? `${SIZES[operand.bytes] ?? ""} ` : "";
  const segment = operand.segment === "none" ? "" : `${operand.segment}:`;
  const { base, index, scale, displacement } = operand;
  const parts: string[] = [];
  if (typeof base === "number" && base >= 0) {
    parts.push(registerName(base, instruction.addressBytes));
  }
  if (index >= 0) parts.push(`${registerName(index, instruction.addressBytes)}*${scale}`);
  if (base === "rip") {
    const at = BigInt.asUintN(64, nextAddress(instruction) + displacement);
    return `${size}${segment}[rel ${symbolOf(at) ?? hex(at)}]`;
  }
  if (parts.length === 0) {
    const at = BigInt.asUintN(8 * instruction.addressBytes, displacement);
    return `${size}${segment}[${symbolOf(at) ?? hex(at)}]`;
  }
  const offset =
    displacement === 0n
      ? ""
      : displacement < 0n
        ? ` - ${hex(-displacement)}`
        : ` + ${hex(displacement)}`;
  return `${size}${segment}[${parts.join(" + ")}${offset}]`;
}

function hex(value: bigint): string {
  return value < 10n ? value.toString() : `0x${value.toString(16)}`;
}
