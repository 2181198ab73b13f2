import type { Instruction } from "../x86/instruction.ts";

/**
 * What translation made of one instruction:
 * - `identical`: the same bytes;
 * - `relocated`: the same, with RIP-relative addressing adjusted to its new place;
 * - `controlFlow`: a branch to where the target's translation lies, or to a look-up of it;
 * - `inline`: a few instructions on the virtual CPU's state;
 * - `callout`: a jump into the VMM, which emulates it.
 */
export type TranslationKind = "identical" | "relocated" | "controlFlow" | "inline" | "callout";

/** One guest instruction and its translation. */
export interface TranslatedInstruction {
  readonly instruction: Instruction;
  readonly kind: TranslationKind;
  /** Offset of its translation in the fragment. */
  readonly offset: number;
  /** Bytes of its translation. */
  readonly byteCount: number;
}

/** A way out of a fragment to a guest address that is known when it is translated. */
export interface FragmentExit {
  /** Its number, which its stub hands to the VMM. */
  readonly number: number;
  /** Guest address that it goes to. */
  readonly target: bigint;
  /** Offset of the displacement that chaining patches. */
  readonly displacementAt: number;
  /** Offset of the stub that leads to the VMM while the exit is not chained. */
  readonly stubAt: number;
  /** The fragment that it is chained to. */
  chained: Fragment | undefined;
}

/** What a fragment is made of. */
export interface FragmentParts {
  readonly guestAddress: bigint;
  readonly cacheAddress: bigint;
  readonly code: Uint8Array;
  readonly instructions: readonly TranslatedInstruction[];
  readonly exits: readonly FragmentExit[];
  readonly pages: readonly number[];
}

/** A basic block of guest code and its translation in the cache. */
export class Fragment {
  /** Linear address of the guest's block. */
  readonly guestAddress: bigint;
  /** Linear address of the translation. */
  readonly cacheAddress: bigint;
  /** Its bytes as translated; what chaining patched later stands in the cache only. */
  readonly code: Uint8Array;
  readonly instructions: readonly TranslatedInstruction[];
  readonly exits: readonly FragmentExit[];
  /** Guest-physical addresses of the pages the block lies in: one or two. */
  readonly pages: readonly number[];
  /** False after its code was changed or the cache was flushed. */
  valid = true;
  /** Exits of other fragments that are chained to this one. */
  readonly incoming: { readonly from: Fragment; readonly exit: FragmentExit }[] = [];
  /** Times that it was entered. */
  enteredCount = 0;

  constructor(parts: FragmentParts) {
    this.guestAddress = parts.guestAddress;
    this.cacheAddress = parts.cacheAddress;
    this.code = parts.code;
    this.instructions = parts.instructions;
    this.exits = parts.exits;
    this.pages = parts.pages;
  }

  /** Bytes of guest code that it translates. */
  get guestByteCount(): number {
    return this.instructions.reduce((sum, { instruction }) => sum + instruction.length, 0);
  }

  /** Whether its guest code shares bytes with a piece of guest-physical memory in one page. */
  overlaps(physical: number, byteCount: number): boolean {
    const offset = Number(this.guestAddress & 0xfffn);
    const [first, last] = this.pages;
    const inFirst = Math.min(this.guestByteCount, 4096 - offset);
    if (meets((first as number) + offset, inFirst, physical, byteCount)) return true;
    return last !== undefined && meets(last, this.guestByteCount - inFirst, physical, byteCount);
  }

  /** The instruction whose translation holds a linear address of the cache. */
  at(cacheAddress: bigint): TranslatedInstruction | undefined {
    const offset = Number(cacheAddress - this.cacheAddress);
    return this.instructions.find((it) => offset >= it.offset && offset < it.offset + it.byteCount);
  }

  /** Linear address of the translation of the guest instruction at an address, if it is in here. */
  translationOf(guestAddress: bigint): bigint | undefined {
    const found = this.instructions.find((it) => it.instruction.address === guestAddress);
    return found === undefined ? undefined : this.cacheAddress + BigInt(found.offset);
  }
}

function meets(a: number, aBytes: number, b: number, bBytes: number): boolean {
  return a < b + bBytes && b < a + aBytes;
}
