import type { TextRange } from "../range-text.ts";

/** What a mode carries with packets of one size. */
export interface RatePoint {
  /** Bytes of a packet with FCS. */
  readonly packetBytes: number;
  /** Packets a second. */
  readonly packetsPerSecond: TextRange;
  /** What limits it, in words. */
  readonly limit: string;
}

/** What a mode carries, by packet size. */
export interface RateLine {
  readonly id: string;
  /** A short name that stands at the line's end. */
  readonly label: string;
  /** In the order of sizes; those that are worked out so far. */
  readonly points: readonly RatePoint[];
}

/** What the lines count. */
export const RATE_UNITS = ["packets", "bits"] as const;
/** One of {@link RATE_UNITS}. */
export type RateUnit = (typeof RATE_UNITS)[number];

/** A rate in the unit of the drawing. */
export function rateIn(unit: RateUnit, packetsPerSecond: number, packetBytes: number): number {
  return unit === "packets" ? packetsPerSecond : packetsPerSecond * packetBytes * 8;
}
