import { type Instruction, nextAddress } from "../x86/instruction.ts";

const LEGACY_PREFIXES = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);

/** Where the parts of an instruction's bytes lie. */
export interface Anatomy {
  /** Offset of the REX prefix, or -1. */
  readonly rexAt: number;
  /** Offset of the first opcode byte. */
  readonly opcodeAt: number;
  /** Offset of what would be the ModRM byte. */
  readonly modrmAt: number;
}

/** Finds prefixes, opcode and ModRM. Intel SDM vol. 2A, figure 2-1 "Instruction Format". */
export function anatomyOf(bytes: Uint8Array): Anatomy {
  let at = 0;
  while (LEGACY_PREFIXES.has(bytes[at] as number)) at++;
  const rexAt = ((bytes[at] as number) & 0xf0) === 0x40 ? at : -1;
  if (rexAt >= 0) at++;
  return { rexAt, opcodeAt: at, modrmAt: at + (bytes[at] === 0x0f ? 2 : 1) };
}

/** Whether an instruction addresses memory relative to RIP. */
export function isRipRelative({ operands }: Instruction): boolean {
  return operands.some((it) => it.kind === "memory" && it.base === "rip");
}

/**
 * An instruction with RIP-relative addressing as it has to look at another address to reach the
 * same memory: with another displacement, or with an absolute one where that is too far.
 * @param bytes The instruction, or another one with the same memory operand at its place.
 * @param address Where the result will lie.
 * @returns undefined when neither form reaches.
 */
export function relocated(
  instruction: Instruction,
  bytes: Uint8Array,
  address: bigint,
): Uint8Array | undefined {
  const { modrmAt } = anatomyOf(bytes);
  const displacementAt = modrmAt + 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const displacement = BigInt(view.getInt32(displacementAt, true));
  const target = BigInt.asUintN(64, nextAddress(instruction) + displacement);
  const distance = BigInt.asIntN(64, target - address - BigInt(bytes.length));
  if (BigInt.asIntN(32, distance) === distance) {
    const near = bytes.slice();
    new DataView(near.buffer).setInt32(displacementAt, Number(distance), true);
    return near;
  }
  if (BigInt.asUintN(64, BigInt.asIntN(32, target)) !== target) return undefined;
  // ModRM.rm = 100 with SIB 25h: a displacement without base and index.
  const far = new Uint8Array(bytes.length + 1);
  far.set(bytes.subarray(0, modrmAt));
  far[modrmAt] = ((bytes[modrmAt] as number) & 0x38) | 0x04;
  far[modrmAt + 1] = 0x25;
  new DataView(far.buffer).setUint32(modrmAt + 2, Number(BigInt.asUintN(32, target)), true);
  far.set(bytes.subarray(displacementAt + 4), modrmAt + 6);
  return far;
}

/** `mov rax, r/m64` with the operand of an indirect CALL or JMP (FF /2, FF /4). */
export function loadOfTarget({ bytes }: Instruction): Uint8Array {
  const { rexAt, opcodeAt, modrmAt } = anatomyOf(bytes);
  // REX.B and REX.X belong to the operand; REX.R would name another register than RAX.
  const rex = 0x48 | (rexAt >= 0 ? (bytes[rexAt] as number) & 0x03 : 0);
  const prefixes = bytes.subarray(0, rexAt >= 0 ? rexAt : opcodeAt);
  const modrm = (bytes[modrmAt] as number) & 0xc7;
  return Uint8Array.from([...prefixes, rex, 0x8b, modrm, ...bytes.subarray(modrmAt + 1)]);
}
