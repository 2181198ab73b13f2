import { type CostBar, partIdOf, partsOf } from "#components/plain";
import {
  type CostName,
  type CostRange,
  type Entry,
  findMode,
  isWork,
  type PriceList,
  priced,
  total,
} from "#engine";
import type { Reckoning } from "../prices/reckoning.ts";
import type { CostCount, ModeCount } from "./cost-count.ts";

const CYCLES_PER_MICROSECOND_AT_1_GHZ = 1000;

/**
 * What a packet costs in a mode; `before` was counted without the reader's changes, and `countedAt`
 * are the prices that the count's latency belongs to.
 */
export function costBar(
  { modeId, counts, latencyCycles }: ModeCount,
  before: ModeCount,
  { prices, rest }: Reckoning,
  countedAt: PriceList,
): CostBar {
  const paid = counts.map((count) => entryOf(count, prices));
  const work = paid.filter(({ category }) => isWork(category));
  const polls = paid.filter(({ category }) => category === "polling");
  const changed = Object.keys(prices.overrides ?? {}).length > 0;
  return {
    id: modeId,
    title: findMode(modeId).title,
    parts: partsOf(work, prices),
    total: total({ prices }, work),
    emptyPolls: total({ prices }, polls).typical,
    latencyMicroseconds:
      countedAt === prices
        ? latencyCycles / prices.clockGhz / CYCLES_PER_MICROSECOND_AT_1_GHZ
        : undefined,
    ...(changed ? { before: total({ prices: rest }, workAt(before.counts, rest)).typical } : {}),
  };
}

/** What one primitive comes to in a mode, or in a piece of its bar: all actors together. */
export interface PrimitiveUse {
  readonly cost: CostName;
  readonly timesPerPacket: number;
  readonly cycles: CostRange;
}

/** The primitives of a mode's CPU work, or of a piece of it, dearest first. */
export function primitivesOf(
  { counts }: ModeCount,
  prices: PriceList,
  partId: string,
): readonly PrimitiveUse[] {
  const chosen = workAt(counts, prices).filter(
    (entry) => partId === "" || partIdOf(entry) === partId,
  );
  const names = [...new Set(chosen.map(({ cost }) => cost))];
  return names
    .map((cost): PrimitiveUse => {
      const same = chosen.filter((entry) => entry.cost === cost);
      const timesPerPacket = same.reduce((sum, { count }) => sum + count, 0);
      const sum = (bound: "low" | "typical" | "high") =>
        same.reduce((all, { cycles }) => all + cycles[bound], 0);
      const cycles = { low: sum("low"), typical: sum("typical"), high: sum("high") };
      return { cost, timesPerPacket, cycles };
    })
    .sort((one, other) => other.cycles.typical - one.cycles.typical);
}

function workAt(counts: readonly CostCount[], prices: PriceList): Entry[] {
  return counts.map((count) => entryOf(count, prices)).filter(({ category }) => isWork(category));
}

function entryOf({ actor, cost, timesPerPacket, warmPerPacket }: CostCount, prices: PriceList) {
  return priced({ actor, cost, count: timesPerPacket, warmCount: warmPerPacket }, prices);
}
