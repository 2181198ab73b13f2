import { RESOURCES, type ResourceName } from "../../../engine/core/resource.ts";
import { CATEGORY_NAMES, type CategoryName } from "../../../engine/ledger/category.ts";
import type { CostRange } from "../../../engine/ledger/cost.ts";
import { ZERO } from "../../../engine/ledger/range.ts";
import type { LoadResult } from "../../../engine/load/load-result.ts";

/** What a load came to: 100,000 packets a second, all delivered, with these utilisations. */
export function aLoadResult(
  utilisations: Partial<Record<ResourceName, number>>,
  changes: Partial<LoadResult> = {},
): LoadResult {
  const resources = (Object.keys(utilisations) as ResourceName[]).map((name) => {
    const { cpu, label } = RESOURCES[name];
    return { name, label, cpu, busyCycles: 0, utilisation: utilisations[name] ?? 0 };
  });
  return {
    offeredPacketsPerSecond: 100_000,
    deliveredPacketsPerSecond: 100_000,
    deliveredBitsPerSecond: 100_000 * 512,
    sent: 1000,
    delivered: 1000,
    dropped: 0,
    drops: [],
    latencyMicroseconds: { p50: 10, p99: 20, mean: 11 },
    resources,
    saturated: undefined,
    coresBusy: 1,
    polled: [],
    cyclesPerPacket: { low: 1000, typical: 2000, high: 3000 },
    categories: noCategories(),
    busiestCyclesPerPacket: { low: 1000, typical: 2000, high: 3000 },
    exitsPerPacket: 1,
    interruptsPerPacket: 1,
    ...changes,
  };
}

/** No cycles in any category. */
export function noCategories(): Record<CategoryName, CostRange> {
  return Object.fromEntries(CATEGORY_NAMES.map((name) => [name, ZERO])) as Record<
    CategoryName,
    CostRange
  >;
}
