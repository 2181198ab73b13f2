import type { ModeParts } from "../modes/define.ts";

/** The stages of a packet's way, the same in all modes; those of an echo are both after each other. */
export type StageId =
  | "send"
  | "driver"
  | "descriptor"
  | "doorbell"
  | "host"
  | "path"
  | "wire"
  | "completion"
  | "interrupt"
  | "freed"
  | "arrival"
  | "taken"
  | "inMemory"
  | "rxCompletion"
  | "rxInterrupt"
  | "rxTaken"
  | "rxDriver"
  | "delivered";

/** What a row of a trace says, as the search for stages sees it. */
export interface StageRow {
  readonly kind: number;
  readonly actor: number;
  /** Whether guest code or the guest's hardware view acts. */
  readonly inGuest: boolean;
  /** What the `where` column names. */
  readonly where: string;
  /** The register or ring field that is accessed, or the empty string. */
  readonly field: string;
  readonly a: number;
}

/** How one stage is found, and what is said where a mode or a packet does not have it. */
export interface StageSpec {
  readonly id: StageId;
  readonly label: string;
  /** The stages behind which it is searched; those that are absent do not count. */
  readonly after: readonly StageId[];
  /** Finds the last row before one of these stages instead of the first. */
  readonly lastBefore?: readonly StageId[];
  /** The stages before which it must come; behind them it is another's. */
  readonly before?: readonly StageId[];
  readonly is: (row: StageRow) => boolean;
  /** Why it is not there. */
  readonly absent: (parts: ModeParts) => string;
}

/** A stage of one packet. */
export interface Stage {
  readonly id: StageId;
  readonly label: string;
  /** The row of the trace at which it is reached, or -1. */
  readonly row: number;
  /** Its place among the packet's rows, or -1. */
  readonly step: number;
  /** Why it is absent; empty where it is reached. */
  readonly absent: string;
}
