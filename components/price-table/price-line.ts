import type { CostRange, Evidence, Source } from "#engine";

/** A price as a reader sees and edits it. */
export interface PriceLine {
  /** The primitive's name, as links and the command take it. */
  readonly name: string;
  readonly doc: string;
  /** Its category, in words. */
  readonly category: string;
  /** In `unit`; the reader's own value has no width. */
  readonly value: CostRange;
  /** What it was before the reader changed it. */
  readonly before: CostRange | undefined;
  /** A unit as it is written: cycles, ns, instructions. */
  readonly unit: string;
  readonly evidence: Evidence;
  /** The formula of a derived value, the reason of an assumed one; empty for others. */
  readonly reason: string;
  /** The machine that the value was seen on, or the profile that gives it. */
  readonly machine: string;
  readonly sources: readonly Source[];
  /** How often per packet, where a packet is looked at. */
  readonly timesPerPacket: number | undefined;
  /** What it comes to per packet. */
  readonly cycles: CostRange | undefined;
  /** How far it moves a result, in words. */
  readonly effect: string | undefined;
}

/** A price that the reader sets; undefined takes a change back. */
export interface PriceDetail {
  readonly name: string;
  readonly value: number | undefined;
}
