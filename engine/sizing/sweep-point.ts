import type { ResourceName } from "../core/resource.ts";
import type { CategoryName } from "../ledger/category.ts";
import type { CostRange } from "../ledger/cost.ts";
import type { PriceChoice } from "../ledger/price-choice.ts";
import type { LoadDirection } from "../load/scenario.ts";
import type { KnobValues } from "../modes/knob.ts";
import type { PacketMix } from "./packet-mix.ts";

/** How far apart packets are offered: evenly, or with exponential gaps. */
export type Spacing = "constant" | "poisson";

/** A load: a share of what the mode carries, or packets a second. */
export type SweepLoad = { readonly share: number } | { readonly packetsPerSecond: number };

/** What a load needs to know besides mode and packets; plain data. */
export interface LoadTerms {
  readonly prices: PriceChoice;
  readonly direction: LoadDirection;
  readonly spacing: Spacing;
  /** Packets that are measured of each load. */
  readonly packetCount: number;
  readonly seed: number;
}

/** A mode with packets of one size: its capacity, then loads. Plain data, to be posted to a worker. */
export interface SweepPoint extends LoadTerms {
  readonly mode: string;
  /** All knobs of the mode. */
  readonly knobs: KnobValues;
  readonly mix: PacketMix;
  readonly loads: readonly SweepLoad[];
}

/** What came of one load. */
export interface LoadPoint {
  /** Of the mode's capacity. */
  readonly share: number;
  readonly offeredPacketsPerSecond: number;
  readonly deliveredPacketsPerSecond: number;
  /** Bits of frames with FCS. */
  readonly deliveredBitsPerSecond: number;
  readonly sent: number;
  readonly delivered: number;
  readonly dropped: number;
  /** Who dropped most packets, and why; undefined when none was lost. */
  readonly dropReason: string | undefined;
  readonly latencyMicroseconds:
    | { readonly p50: number; readonly p99: number; readonly mean: number }
    | undefined;
  readonly saturated: ResourceName | undefined;
  /** Utilisation, 0 to 1, of each resource that was busy. */
  readonly utilisation: Readonly<Partial<Record<ResourceName, number>>>;
  readonly coresBusy: number;
  readonly cyclesPerPacket: CostRange;
  readonly exitsPerPacket: number;
  readonly interruptsPerPacket: number;
}

/** What came of a point: plain data. */
export interface SweepResult {
  readonly mode: string;
  /** The packets in words. */
  readonly mix: string;
  /** Mean bytes of a packet, with FCS. */
  readonly packetBytes: number;
  /** Highest rate without loss, packets a second. */
  readonly capacity: CostRange;
  /** What limits it. */
  readonly saturated: ResourceName | undefined;
  /** CPU cycles of a packet at that rate, and the same by category. */
  readonly cyclesPerPacket: CostRange;
  readonly categories: Readonly<Record<CategoryName, CostRange>>;
  readonly loads: readonly LoadPoint[];
}
