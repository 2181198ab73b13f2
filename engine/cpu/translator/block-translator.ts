import { CpuException } from "../x86/exception.ts";
import { type Instruction, nextAddress } from "../x86/instruction.ts";
import { Emitter } from "./emitter.ts";
import { Fragment, type FragmentExit, type TranslatedInstruction } from "./fragment.ts";
import {
  branch,
  type Branch,
  endsBlock,
  translateInstruction,
  type TranslationContext,
} from "./translate-instruction.ts";
import type { TranslationCache } from "./translation-cache.ts";
import { VCPU, vcpuField, VMM_ENTRY } from "./vmm-region.ts";

/** Instructions of a translation unit at most: Adams and Agesen (ASPLOS 2006), 3.1. */
export const BLOCK_INSTRUCTIONS_MAX = 12;
/** More bytes than any fragment takes: twelve PUSHF, the longest translation, and two exits. */
export const FRAGMENT_BYTES_MAX = 2048;

/** What a translator of blocks is given. */
export interface BlockSource {
  /** Decodes the guest's instruction at a linear address; throws what fetching it raises. */
  fetch(address: bigint): Instruction;
  /** Guest-physical page of a linear address of code. */
  pageOf(linear: bigint): number;
  /** Whether an instruction has faulted so often that it shall be a callout. */
  isAdapted(address: bigint): boolean;
}

/**
 * Translates the block at an address into the cache: up to twelve instructions, to the first that
 * may change RIP, or what maps code, or the end of the page.
 * @throws What fetching the first instruction raises.
 */
export function translateBlock(
  source: BlockSource,
  cache: TranslationCache,
  guestAddress: bigint,
): Fragment {
  if (!cache.hasRoom(FRAGMENT_BYTES_MAX)) cache.flush();
  const emitter = new Emitter(cache.nextAddress);
  const branches: Branch[] = [];
  const callouts: number[] = [];
  const context: TranslationContext = {
    emitter,
    branches,
    callout(instruction) {
      const number = cache.numberCallout(instruction);
      callouts.push(number);
      return number;
    },
    isAdapted: (address) => source.isAdapted(address),
  };
  const block = blockAt(source, guestAddress);
  const instructions: TranslatedInstruction[] = [];
  for (const instruction of block) {
    const offset = emitter.length;
    const kind = translateInstruction(instruction, context);
    instructions.push({ instruction, kind, offset, byteCount: emitter.length - offset });
  }
  const last = block.at(-1) as Instruction;
  if (!endsBlock(last) || instructions.at(-1)?.kind === "inline")
    branch(context, nextAddress(last));
  const exits = branches.map((it) => emitStub(it, emitter, cache.numberExit()));
  const end = nextAddress(last) - 1n;
  const pages = [source.pageOf(guestAddress)];
  if (end >> 12n !== guestAddress >> 12n) pages.push(source.pageOf(end));
  const fragment = new Fragment({
    guestAddress,
    cacheAddress: emitter.base,
    code: emitter.bytes,
    instructions,
    exits,
    pages,
  });
  cache.put(fragment, callouts);
  return fragment;
}

/** The instructions of a block. */
function blockAt(source: BlockSource, start: bigint): Instruction[] {
  const block: Instruction[] = [];
  let address = start;
  let endsNext = false;
  while (block.length < BLOCK_INSTRUCTIONS_MAX || endsNext) {
    const instruction = block.length === 0 ? source.fetch(address) : tryFetch(source, address);
    if (instruction === undefined) break;
    block.push(instruction);
    address = nextAddress(instruction);
    if (endsNext || endsBlock(instruction)) break;
    // Interrupts may come after the instruction behind STI: the block ends there.
    endsNext = instruction.mnemonic === "sti";
    // The rest of another page may be mapped elsewhere when it is reached.
    if (!endsNext && address >> 12n !== start >> 12n) break;
  }
  return block;
}

/** What cannot be fetched ends the block: it faults when it is reached, not before. */
function tryFetch(source: BlockSource, address: bigint): Instruction | undefined {
  try {
    return source.fetch(address);
  } catch (error) {
    if (error instanceof CpuException || (error as Error).name === "OpcodeError") return undefined;
    throw error;
  }
}

/** Ends of a fragment: `mov dword [exit], n; jmp dispatch`. */
function emitStub(
  { target, displacementAt }: Branch,
  emitter: Emitter,
  number: number,
): FragmentExit {
  const stubAt = emitter.length;
  emitter.patch32(displacementAt, stubAt - displacementAt - 4);
  emitter.storeDword(vcpuField(VCPU.exit), number);
  emitter.jump(VMM_ENTRY.dispatch);
  return { number, target, displacementAt, stubAt, chained: undefined };
}
