import type { ExitReason } from "../exit-reason.ts";

/** What the CPU knows of an exit besides the guest's state. */
export interface ExitFacts {
  readonly reason: ExitReason;
  readonly qualification?: bigint;
  /** VM-exit instruction information, for the instructions that have one. */
  readonly information?: number;
  readonly guestPhysicalAddress?: number;
  readonly guestLinearAddress?: bigint;
  /** Exit interruption information of an acknowledged external interrupt. */
  readonly interruption?: number;
}

/**
 * A VM exit in the middle of an instruction: thrown where the CPU meets it, caught by the loop that
 * runs the guest. The guest's registers are then as before the instruction.
 */
export class VmExit extends Error {
  override readonly name = "VmExit";
  readonly facts: ExitFacts;

  constructor(facts: ExitFacts) {
    super(`VM exit ${facts.reason}`);
    this.facts = facts;
  }
}
