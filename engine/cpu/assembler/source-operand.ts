import { InputError } from "../../core/input-error.ts";
import { registerName } from "../x86/format.ts";
import { evaluate, type Lookup } from "./expression.ts";

/** A memory operand as written. */
export interface SourceMemory {
  readonly kind: "memory";
  /** Register number, or -1. */
  readonly base: number;
  readonly index: number;
  readonly scale: number;
  readonly displacement: bigint;
  /** The displacement holds a label: it takes 32 bits whatever its value. */
  readonly isAddress: boolean;
  readonly relative: boolean;
  readonly segment: "fs" | "gs" | "none";
  /** 1, 2, 4 or 8, or 0 when no size is written. */
  readonly bytes: number;
  readonly addressBytes: 4 | 8;
}

/** One operand of a source line. */
export type SourceOperand =
  | {
      readonly kind: "register";
      readonly register: number;
      readonly bytes: number;
      readonly high: boolean;
    }
  | { readonly kind: "segment"; readonly segment: number }
  | { readonly kind: "control"; readonly register: number }
  | {
      readonly kind: "immediate";
      readonly value: bigint;
      readonly isAddress: boolean;
      /** Written as `short LABEL`. */
      readonly short: boolean;
    }
  | SourceMemory;

type SourceRegister = Extract<SourceOperand, { kind: "register" }>;

const REGISTERS = new Map<string, SourceRegister>();
for (const bytes of [1, 2, 4, 8]) {
  for (let register = 0; register < 16; register++) {
    const name = registerName(register, bytes);
    REGISTERS.set(name, { kind: "register", register, bytes, high: false });
  }
}
["ah", "ch", "dh", "bh"].forEach((name, register) => {
  REGISTERS.set(name, { kind: "register", register, bytes: 1, high: true });
});
const SEGMENTS = ["es", "cs", "ss", "ds", "fs", "gs"];
const SIZES: Readonly<Record<string, number>> = { byte: 1, word: 2, dword: 4, qword: 8 };

/** Reads one operand. @throws InputError when it is none. */
export function parseOperand(text: string, lookup: Lookup): SourceOperand {
  const register = REGISTERS.get(text);
  if (register !== undefined) return register;
  if (SEGMENTS.includes(text)) return { kind: "segment", segment: SEGMENTS.indexOf(text) };
  const [, control] = /^cr(\d)$/.exec(text) ?? [];
  if (control !== undefined) return { kind: "control", register: Number(control) };
  const memory = /^(?:(byte|word|dword|qword)\s+)?(?:(fs|gs):)?\[(.*)\]$/.exec(text);
  if (memory !== null) {
    const [, size = "", segment = "none", inside = ""] = memory;
    return parseMemory(inside, SIZES[size] ?? 0, segment as "fs" | "gs" | "none", lookup);
  }
  const [, short, rest = text] = /^(short)\s+(.*)$/.exec(text) ?? [];
  return { kind: "immediate", ...evaluate(rest, lookup), short: short !== undefined };
}

function parseMemory(
  text: string,
  bytes: number,
  segment: "fs" | "gs" | "none",
  lookup: Lookup,
): SourceMemory {
  const [, relative, rest = text] = /^(rel)\s+(.*)$/.exec(text) ?? [];
  let base: SourceRegister | undefined;
  let index: SourceRegister | undefined;
  let scale = 1;
  const constants: string[] = [];
  for (const term of rest.split(/(?=[+-])/)) {
    const [, sign = "+", body = ""] = /^\s*([+-]?)\s*(.*?)\s*$/.exec(term) ?? [];
    const [, name = "", factor] = /^(\w+?)(?:\s*\*\s*([1248]))?$/.exec(body) ?? [];
    const register = REGISTERS.get(name);
    if (register === undefined) constants.push(`${sign === "" ? "+" : sign}${body}`);
    else if (sign === "-" || register.bytes < 4) throw new InputError(`[${text}] is no address`);
    else if (factor === undefined && base === undefined) base = register;
    else if (index === undefined) {
      index = register;
      scale = Number(factor ?? 1);
    } else throw new InputError(`[${text}] has more than two registers`);
  }
  // RSP cannot be an index, but base and index can change places.
  if (index?.register === 4 && scale === 1) [base, index] = [index, base];
  if (index?.register === 4) throw new InputError(`[${text}]: RSP cannot be an index`);
  const offset = evaluate(constants.length > 0 ? `0${constants.join("")}` : "0", lookup);
  return {
    kind: "memory",
    base: base?.register ?? -1,
    index: index?.register ?? -1,
    scale,
    displacement: offset.value,
    isAddress: offset.isAddress,
    relative: relative !== undefined,
    segment,
    bytes,
    addressBytes: (base ?? index)?.bytes === 4 ? 4 : 8,
  };
}
