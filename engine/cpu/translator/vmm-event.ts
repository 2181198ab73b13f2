import type { Instruction } from "../x86/instruction.ts";
import type { Fragment, FragmentExit } from "./fragment.ts";

/** Why a page fault that the guest never sees was handled by emulating the instruction. */
export type HiddenFault = "device" | "tracedTable" | "tracedCode" | "other";

/** Why a block was translated. */
export type TranslationReason = "first execution" | "again, with a callout";

/** Hears of what a VMM does; for rows, texts and tests. */
export interface VmmListener {
  /** A block was translated. */
  translated?(fragment: Fragment, reason: TranslationReason): void;
  /** An exit was chained to another fragment. */
  chained?(from: Fragment, exit: FragmentExit, to: Fragment): void;
  /** An indirect branch was looked up. */
  lookedUp?(target: bigint, hit: boolean): void;
  /** Translated code called out for an instruction, which is emulated next. */
  calledOut?(instruction: Instruction): void;
  /** A page fault that the guest never sees: its instruction is emulated next. */
  hiddenFault?(kind: HiddenFault, linear: bigint, instruction: Instruction): void;
  /** A page fault that filled a shadow entry; the instruction at `at` is executed once more. */
  shadowFilled?(linear: bigint, at: bigint): void;
  /** An exception of the guest's own, delivered through its IDT. */
  reflected?(vector: number, errorCode: number | undefined, rip: bigint): void;
  /** The VMM built an interrupt's frame at a block boundary or between two user instructions. */
  interrupted?(vector: number, at: bigint): void;
  /** Fragments were dropped. */
  invalidated?(fragments: readonly Fragment[]): void;
  /** User code executes an instruction that enters the kernel or shows the real CPU's state. */
  handedOver?(instruction: Instruction): void;
}

/** Counts of what a VMM did. */
export interface VmmCounts {
  /** Fragments entered: by the VMM, or from another fragment. */
  entered: number;
  /** Exits that led to the VMM as they were not chained. */
  dispatched: number;
  /** Indirect branches, and those whose target was translated already. */
  lookups: number;
  lookupHits: number;
  callouts: number;
  /** Hidden page faults whose instruction was emulated: device, traced page. */
  emulatedFaults: number;
  /** Hidden page faults that filled a shadow entry. */
  filledFaults: number;
  /** Exceptions of the guest's own. */
  reflected: number;
  /** Interrupts delivered. */
  interrupts: number;
  /** Instructions translated again as callouts. */
  adapted: number;
  /** Guest instructions that the real processor executed directly in ring 3. */
  direct: number;
}

/** Counts before anything was done. */
export function noVmmCounts(): VmmCounts {
  return {
    entered: 0,
    dispatched: 0,
    lookups: 0,
    lookupHits: 0,
    callouts: 0,
    emulatedFaults: 0,
    filledFaults: 0,
    reflected: 0,
    interrupts: 0,
    adapted: 0,
    direct: 0,
  };
}
