import type { ActorName } from "../../trace/actor.ts";
import type { EventName } from "../../trace/schema.ts";
import type { CostName } from "../costs/index.ts";

/** How often a part of a charge counts: once a row, for each byte, cache line or unit of column `a`. */
export type Per = "row" | "byte" | "cacheLine" | "value";

/** A part of what a row costs. */
export interface ChargePart {
  readonly cost: CostName;
  /** Default "row". */
  readonly per?: Per;
  /** How often, default 1; 0.5 for half of a round trip. */
  readonly times?: number;
}

/** A part of a device that a row keeps busy, besides the time that the row takes. */
export type Occupied = "nic" | "nicIn" | "pcie" | "wireOut" | "wireIn";

/**
 * What rows of a kind cost. The first rule of the tariff that fits a row decides; a row that no
 * rule fits is free.
 */
export interface TariffRule {
  readonly kind: EventName;
  readonly actor?: ActorName | readonly ActorName[];
  /** What the row's `where` is or matches; left out: any. */
  readonly where?: string | RegExp;
  /** Only in modes whose id this is or matches; left out: any. */
  readonly mode?: string | RegExp;
  readonly parts: readonly (CostName | ChargePart)[];
  /** What is kept busy for how long: throughput of a device, not its latency. */
  readonly occupies?: readonly { readonly resource: Occupied; readonly part: ChargePart }[];
  /** The row tells of time that has passed already, like polls that found nothing: none goes by. */
  readonly passed?: true;
}
