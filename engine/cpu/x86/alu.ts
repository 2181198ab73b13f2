import { FLAG } from "./flags.ts";

/** A result and the status flags it leaves. */
export interface AluResult {
  /** Unsigned, of the operand's width. */
  readonly value: bigint;
  /** The flags that are set among those the operation defines. */
  readonly flags: bigint;
}

/** The low `bits` bits. */
export function truncate(value: bigint, bits: number): bigint {
  return BigInt.asUintN(bits, value);
}

/** SF, ZF and PF of a result. PF is of its lowest byte. Intel SDM vol. 1, 3.4.3.1. */
export function signZeroParity(value: bigint, bits: number): bigint {
  let flags = 0n;
  if (value === 0n) flags |= FLAG.ZF;
  if (((value >> BigInt(bits - 1)) & 1n) === 1n) flags |= FLAG.SF;
  let parity = Number(value & 0xffn);
  parity ^= parity >> 4;
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  if ((parity & 1) === 0) flags |= FLAG.PF;
  return flags;
}

/** a + b + carry with all six status flags. */
export function add(a: bigint, b: bigint, carry: bigint, bits: number): AluResult {
  const sum = a + b + carry;
  const value = truncate(sum, bits);
  let flags = signZeroParity(value, bits);
  if (sum !== value) flags |= FLAG.CF;
  if (((a ^ b ^ value) & 16n) !== 0n) flags |= FLAG.AF;
  if (((a ^ value) & (b ^ value)) >> BigInt(bits - 1) !== 0n) flags |= FLAG.OF;
  return { value, flags };
}

/** a - b - borrow with all six status flags. */
export function subtract(a: bigint, b: bigint, borrow: bigint, bits: number): AluResult {
  const value = truncate(a - b - borrow, bits);
  let flags = signZeroParity(value, bits);
  if (a < b + borrow) flags |= FLAG.CF;
  if (((a ^ b ^ value) & 16n) !== 0n) flags |= FLAG.AF;
  if (((a ^ b) & (a ^ value)) >> BigInt(bits - 1) !== 0n) flags |= FLAG.OF;
  return { value, flags };
}

/** The flags of AND, OR, XOR and TEST: CF and OF clear; AF, undefined in the SDM, clear too. */
export function logic(value: bigint, bits: number): AluResult {
  return { value, flags: signZeroParity(value, bits) };
}

/** Shifts and rotates by their names. Intel SDM vol. 2B, "SAL/SAR/SHL/SHR", "RCL/RCR/ROL/ROR". */
export type Shift = "rol" | "ror" | "rcl" | "rcr" | "shl" | "shr" | "sar";

/**
 * Shifts or rotates by a count of 1 to 63 that is already masked.
 * @param before RFLAGS before: rotates keep SF, ZF, AF and PF; shifts keep AF, which the SDM leaves
 *   undefined. OF, undefined for counts above 1, follows the rule for a count of 1.
 * @returns The six status flags.
 */
export function shift(
  kind: Shift,
  value: bigint,
  count: number,
  bits: number,
  before: bigint,
): AluResult {
  const kept = before & (FLAG.SF | FLAG.ZF | FLAG.AF | FLAG.PF);
  if (kind === "shl" || kind === "shr" || kind === "sar") {
    const [result, carry, overflow] = shifted(kind, value, count, bits);
    const flags = signZeroParity(result, bits) | (before & FLAG.AF);
    return { value: result, flags: flags | carryOverflow(carry, overflow) };
  }
  if (kind === "rol" || kind === "ror") return rotate(kind, value, count, bits, kept);
  return rotateThroughCarry(kind, value, count, bits, before, kept);
}

function carryOverflow(carry: bigint, overflow: bigint): bigint {
  return (carry === 1n ? FLAG.CF : 0n) | (overflow === 1n ? FLAG.OF : 0n);
}

function bit(value: bigint, index: number): bigint {
  return index < 0 ? 0n : (value >> BigInt(index)) & 1n;
}

function shifted(
  kind: "shl" | "shr" | "sar",
  value: bigint,
  count: number,
  bits: number,
): [result: bigint, carry: bigint, overflow: bigint] {
  const top = bits - 1;
  if (kind === "shl") {
    const result = truncate(value << BigInt(count), bits);
    const carry = bit(value, bits - count);
    return [result, carry, bit(result, top) ^ carry];
  }
  const signed = kind === "sar" ? BigInt.asIntN(bits, value) : value;
  const result = truncate(signed >> BigInt(count), bits);
  const carry = (signed >> BigInt(count - 1)) & 1n;
  return [result, carry, kind === "sar" ? 0n : bit(value, top)];
}

function rotate(
  kind: "rol" | "ror",
  value: bigint,
  count: number,
  bits: number,
  kept: bigint,
): AluResult {
  const left = BigInt(kind === "rol" ? count % bits : (bits - (count % bits)) % bits);
  const result = truncate((value << left) | (value >> (BigInt(bits) - left)), bits);
  const top = bit(result, bits - 1);
  const carry = kind === "rol" ? bit(result, 0) : top;
  const overflow = kind === "rol" ? top ^ carry : top ^ bit(result, bits - 2);
  return { value: result, flags: kept | carryOverflow(carry, overflow) };
}

function rotateThroughCarry(
  kind: "rcl" | "rcr",
  value: bigint,
  count: number,
  bits: number,
  before: bigint,
  kept: bigint,
): AluResult {
  const width = bits + 1;
  const carryIn = (before & FLAG.CF) === 0n ? 0n : 1n;
  const joined = (carryIn << BigInt(bits)) | value;
  const turns = count % width;
  const left = BigInt(kind === "rcl" ? turns : (width - turns) % width);
  const turned = truncate((joined << left) | (joined >> (BigInt(width) - left)), width);
  const result = truncate(turned, bits);
  const carry = bit(turned, bits);
  const top = bit(result, bits - 1);
  const overflow = kind === "rcl" ? top ^ carry : top ^ bit(result, bits - 2);
  return { value: result, flags: kept | carryOverflow(carry, overflow) };
}

/** Whether a condition code, 0 to 15, holds. Intel SDM vol. 1, appendix B, table B-1. */
export function holds(condition: number, rflags: bigint): boolean {
  const set = (flag: bigint) => (rflags & flag) !== 0n;
  const negative = condition & 1;
  return baseCondition(condition >> 1, set) !== (negative === 1);
}

function baseCondition(pair: number, set: (flag: bigint) => boolean): boolean {
  switch (pair) {
    case 0:
      return set(FLAG.OF);
    case 1:
      return set(FLAG.CF);
    case 2:
      return set(FLAG.ZF);
    case 3:
      return set(FLAG.CF) || set(FLAG.ZF);
    case 4:
      return set(FLAG.SF);
    case 5:
      return set(FLAG.PF);
    case 6:
      return set(FLAG.SF) !== set(FLAG.OF);
    default:
      return set(FLAG.ZF) || set(FLAG.SF) !== set(FLAG.OF);
  }
}
