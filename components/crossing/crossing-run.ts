import type { PricedRun } from "../sentence/row-cost.ts";

/** What the crossing draws: a run with prices and, where it was recorded, the state at each row. */
export type CrossingRun = PricedRun;

/** What `trapline-open` tells: the block that the reader opened, and the state that it stands for. */
export interface BlockDetail {
  readonly blockId: string;
  /** Ids of sections of the run's history. */
  readonly sections: readonly string[];
  /** Names of the rings and other memory in it. */
  readonly rings: readonly string[];
}
