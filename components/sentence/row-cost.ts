import { rowPrice, type RowPrice, type RunCosts } from "#engine";
import type { StatefulRun } from "./dma-words.ts";
import { rangeText } from "../range-text.ts";

/** A run with what its rows cost; one without has sentences without a price. */
export interface PricedRun extends StatefulRun {
  readonly costs?: Pick<RunCosts, "prices" | "charges">;
}

/** What a row costs: its range in cycles, how the weakest of its prices is known, and its parts. */
export function rowCost(run: PricedRun, row: number): RowPrice | undefined {
  return run.costs && rowPrice(run.trace, row, run.costs);
}

/** A row's cost in words: "212 – 340 cycles, derived". */
export function costText({ range, evidence }: RowPrice): string {
  if (evidence === undefined) return "no cycles of its own";
  return `${rangeText(range)} ${rangeText(range) === "1" ? "cycle" : "cycles"}, ${evidence}`;
}
