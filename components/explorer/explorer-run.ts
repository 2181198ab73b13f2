import type { History, KnobValues, Places, Run, RunCosts } from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";

/** What a run cost, without the ledger's own tables: rows, charges and prices say the same. */
export type ExplorerCosts = Pick<RunCosts, "prices" | "charges" | "elapsedCycles" | "resources">;

/** A run as the explorer's views take it: plain values, and the state of every moment. */
export interface ExplorerRun extends FlowRun {
  readonly knobs: KnobValues;
  readonly costs: ExplorerCosts;
  readonly cyclesPerMicrosecond: number;
  /** When each packet set out, in cycles; NaN for one that did not. */
  readonly sentAtCycles: Float64Array;
  readonly latencies: Float64Array;
  readonly wire: Run["wire"];
  /** Where its rings, tables and buffers lie. */
  readonly places: Places;
  /** The state of every moment. */
  readonly history: History;
}

/** What every view of the explorer fires as `trapline-select` when the reader points at a row. */
export interface SelectDetail {
  /** The row of the trace. */
  readonly row: number;
}
