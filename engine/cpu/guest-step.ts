import type { Image } from "./assembler/image.ts";
import type { CpuStep } from "./mode.ts";
import type { CpuException } from "./x86/exception.ts";
import { formatInstruction, type SymbolOf } from "./x86/format.ts";
import type { Instruction } from "./x86/instruction.ts";

/** Names of a program's addresses. */
export function symbolsOf(image: Image): SymbolOf {
  const names = new Map<bigint, string>();
  for (const [name, address] of image.symbols) {
    if (image.labels.has(name)) names.set(BigInt(address), name);
  }
  return (address) => names.get(address);
}

/** The guest takes an interrupt through its own IDT. */
export function interruptStep(address: bigint, vector: number): CpuStep {
  return {
    kind: "interrupt",
    address,
    instruction: "",
    reason: `vector 0x${vector.toString(16)}`,
    handledBy: "guest",
    detail: "the processor goes through the guest's IDT",
  };
}

/** The guest's own exception, delivered to its own handler. */
export function exceptionStep(
  address: bigint,
  instruction: Instruction | undefined,
  exception: CpuException,
  image: Image,
): CpuStep {
  return {
    kind: "exception",
    address,
    instruction: instruction === undefined ? "" : formatInstruction(instruction, symbolsOf(image)),
    reason: exception.message,
    handledBy: "guest",
    detail: "the processor goes through the guest's IDT",
  };
}
