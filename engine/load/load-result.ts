import type { ResourceName } from "../core/resource.ts";
import type { CategoryName } from "../ledger/category.ts";
import type { CostRange } from "../ledger/cost.ts";
import type { ResourceUse } from "../ledger/run-costs.ts";
import type { Drop } from "./load-meter.ts";

/** What a mode did under a load. */
export interface LoadResult {
  /** What the source offers; with a closed source, what it came to. */
  readonly offeredPacketsPerSecond: number;
  /** What arrived a second while packets were offered. */
  readonly deliveredPacketsPerSecond: number;
  /** The same in bits of the frames with FCS, without preamble and gap. */
  readonly deliveredBitsPerSecond: number;
  /** Packets that were measured, and what became of them: sent = delivered + dropped. */
  readonly sent: number;
  readonly delivered: number;
  readonly dropped: number;
  readonly drops: readonly Drop[];
  /** From the moment a packet was due until it arrived; undefined when none did. */
  readonly latencyMicroseconds:
    | { readonly p50: number; readonly p99: number; readonly mean: number }
    | undefined;
  readonly resources: readonly ResourceUse[];
  /** The busiest resource, if it limits: utilisation of 0.95 and more, or packets were lost. */
  readonly saturated: ResourceName | undefined;
  /** CPUs in use: the sum of their utilisations, a core that polls counting as a whole one. */
  readonly coresBusy: number;
  /** CPUs that poll and never sleep. */
  readonly polled: readonly ResourceName[];
  /** CPU work for each packet that arrived, without polls that found nothing. */
  readonly cyclesPerPacket: CostRange;
  /** Cycles for each packet that arrived, by category; those no CPU pays are latencies. */
  readonly categories: Readonly<Record<CategoryName, CostRange>>;
  /** CPU cycles for each packet that arrived, on the resource that is saturated or busiest. */
  readonly busiestCyclesPerPacket: CostRange;
  /** VM exits, and interrupts that the guest took, for each packet that arrived. */
  readonly exitsPerPacket: number;
  readonly interruptsPerPacket: number;
}
