import {
  type Instruction,
  type MemoryOperand,
  nextAddress,
  type Operand,
} from "../../engine/cpu/x86/instruction.ts";

const LETTERS = ["a", "c", "d", "b", "sp", "bp", "si", "di"];

/** Our operand in the words of `IcedDecoding`. */
export function operandText(instruction: Instruction, operand: Operand): string {
  switch (operand.kind) {
    case "register":
      return registerName(operand.register, operand.bytes, operand.high);
    case "memory":
      return memoryText(instruction, operand);
    case "immediate":
      return `immediate ${BigInt.asUintN(8 * operand.bytes, operand.value).toString(16)}`;
    case "target":
      return `target ${operand.address.toString(16)}`;
    case "segment":
      return ["es", "cs", "ss", "ds", "fs", "gs"][operand.segment] ?? "none";
    case "control":
      return `cr${operand.register}`;
  }
}

/** Name of a general-purpose register or a part of it. */
export function registerName(number: number, bytes: number, high = false): string {
  if (number >= 8) return `r${number}${{ 1: "l", 2: "w", 4: "d", 8: "" }[bytes] ?? ""}`;
  const letters = LETTERS[number] as string;
  if (bytes === 1) return letters.length > 1 ? `${letters}l` : `${letters}${high ? "h" : "l"}`;
  const word = letters.length > 1 ? letters : `${letters}x`;
  return `${{ 2: "", 4: "e", 8: "r" }[bytes] ?? ""}${word}`;
}

function memoryText(instruction: Instruction, operand: MemoryOperand): string {
  const bytes = instruction.addressBytes;
  const name = (register: number) => (register < 0 ? "none" : registerName(register, bytes));
  const ripRelative = operand.base === "rip";
  const base = ripRelative ? (bytes === 8 ? "rip" : "eip") : name(operand.base as number);
  const from = ripRelative ? nextAddress(instruction) : 0n;
  const displacement = BigInt.asUintN(8 * bytes, operand.displacement + from);
  return [
    `memory of ${operand.bytes}`,
    operand.segment === "none" ? "" : `${operand.segment}:`,
    base,
    `${name(operand.index)}*${operand.scale}`,
    displacement.toString(16),
  ].join(" ");
}
