import { defineElement } from "../define-element.ts";
import { TraplineBet, type BetItem } from "./trapline-bet.ts";

defineElement("trapline-bet", TraplineBet);

/** What a bet asks for, and what came out. */
export interface BetOptions {
  readonly question: string;
  readonly unit: string;
  readonly max: number;
  readonly items: readonly BetItem[];
  readonly outcome: Readonly<Record<string, number>>;
}

/** A new bet; in a lesson, `view(bet({…}))` gives its state and guesses. */
export function bet(options: BetOptions): TraplineBet {
  return Object.assign(document.createElement("trapline-bet"), options);
}
