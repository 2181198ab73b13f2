import type { RegisterNames } from "../sentence.ts";
import type { Trace } from "../store.ts";

/** What a filter is asked of: a trace, the names in it and what its rows cost. */
export interface FilterSource {
  readonly trace: Trace;
  readonly registers: RegisterNames;
  readonly cyclesPerMicrosecond: number;
  /** What a row costs; undefined without prices, and then no row has cycles. */
  readonly costs?: FilterCosts | undefined;
}

/** What rows cost, as far as a filter asks for it. */
export interface FilterCosts {
  /** The charges that the column `cost` numbers, with the primitives they are made of. */
  readonly charges: readonly { readonly parts: readonly { readonly cost: string }[] }[];
  /** Typical cycles of a row. */
  rowCycles(row: number): number;
}
