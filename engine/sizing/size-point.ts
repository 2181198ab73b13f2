import type { ResourceName } from "../core/resource.ts";
import type { CategoryName } from "../ledger/category.ts";
import type { CostRange } from "../ledger/cost.ts";
import type { KnobValues } from "../modes/knob.ts";
import type { PacketMix } from "./packet-mix.ts";
import type { LostService } from "./service.ts";
import type { CoresUsed, SharedName } from "./sharing.ts";
import type { LoadTerms } from "./sweep-point.ts";

/** A mode that is to be sized. Plain data, to be posted to a worker. */
export interface SizePoint extends LoadTerms {
  readonly mode: string;
  /** All knobs of the mode. */
  readonly knobs: KnobValues;
  readonly mix: PacketMix;
  readonly vms: number;
  /** Cores for all that the host does for the guests' packets. */
  readonly hostCores: number;
  /** What each guest is to carry. */
  readonly wantedPacketsPerSecond: number;
}

/**
 * Whether the wanted rate is carried: `yes` even if all costs are as high as they may be, `likely`
 * at typical costs, `doubtful` only if costs are low or with some loss, else `no`.
 */
export const VERDICTS = ["yes", "likely", "doubtful", "no"] as const;
/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

/** What a mode comes to: plain data. */
export interface SizeResult {
  readonly mode: string;
  readonly knobs: KnobValues;
  /** Highest rate without loss of each guest, packets a second, with all guests at it. */
  readonly throughput: CostRange;
  /** The same in bits of frames with FCS. */
  readonly throughputBits: CostRange;
  /** What limits it: a resource of each guest's own, or one that all share. */
  readonly limit: ResourceName | SharedName | undefined;
  readonly verdict: Verdict;
  /** At the wanted rate, of each guest. */
  readonly deliveredPacketsPerSecond: number;
  /** Share of the wanted packets that do not arrive, 0 to 1: lost, or never sent by a sender that waits. */
  readonly loss: number;
  /** Who lost most of what was dropped there, and why; undefined when nothing was. */
  readonly dropReason: string | undefined;
  /** Latency there; undefined when more is wanted than is carried, so that queues are full. */
  readonly latencyMicroseconds: { readonly p50: number; readonly p99: number } | undefined;
  /** Cores of all guests and of the host there. */
  readonly cores: CoresUsed;
  /** CPU cycles of a packet there, and the same by category. */
  readonly cyclesPerPacket: CostRange;
  readonly categories: Readonly<Record<CategoryName, CostRange>>;
  /** Utilisation of what guests share, and of each guest's own resources, there. */
  readonly utilisation: readonly { readonly label: string; readonly share: number }[];
  readonly exitsPerPacket: number;
  readonly lost: readonly LostService[];
}
