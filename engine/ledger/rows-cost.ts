import { ACTORS, type ActorName } from "../trace/actor.ts";
import type { Trace } from "../trace/store.ts";
import { type Entry, instructionErrors, isWork, priced, total } from "./account.ts";
import { FREE, linesOf, partCount } from "./charge.ts";
import type { CostRange } from "./cost.ts";
import type { PriceList } from "./price-list.ts";
import { ZERO } from "./range.ts";
import type { RunCosts } from "./run-costs.ts";

type RowPrices = Pick<RunCosts, "prices" | "charges">;
type EntryCount = Pick<Entry, "actor" | "cost" | "count" | "warmCount">;

const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

/** The ledger of some rows of a trace, entry by entry, in the order in which they occur. */
export function rowEntries(
  trace: Trace,
  rows: Iterable<number>,
  costs: RowPrices,
): readonly Entry[] {
  const counts = new Map<string, EntryCount & { count: number; warmCount: number }>();
  for (const row of rows) {
    const charge = costs.charges[trace.cost[row] as number] ?? FREE;
    const actor = ACTOR_NAMES[trace.actor[row] as number];
    if (charge === FREE || actor === undefined) continue;
    const a = trace.a[row] as number;
    for (const part of charge.parts) {
      const key = `${actor} ${part.cost}`;
      const entry = counts.get(key) ?? { actor, cost: part.cost, count: 0, warmCount: 0 };
      const count = partCount(part, 1, a, linesOf(a));
      entry.count += count;
      if (charge.warm) entry.warmCount += count;
      counts.set(key, entry);
    }
  }
  return [...counts.values()].map((count) => priced(count, costs.prices));
}

/** CPU cycles of some entries, without DMA, wire and idle time. */
export function workCycles(costs: RowPrices, some: readonly Entry[]): CostRange {
  return total(
    costs,
    some.filter(({ category }) => isWork(category)),
  );
}

/**
 * How many CPU cycles more the first entries come to than the second, negative for fewer. At the same
 * prices a primitive is as wrong in one as in the other, so that the range is the difference's own.
 */
export function workDifference(
  costs: RowPrices,
  some: readonly Entry[],
  otherCosts: RowPrices,
  others: readonly Entry[],
): CostRange {
  const same = isSame(costs.prices, otherCosts.prices);
  const one = workParts(costs, some, same ? "" : "one ");
  const other = workParts(otherCosts, others, same ? "" : "other ");
  const names = new Set([...one.keys(), ...other.keys()]);
  let typical = 0;
  let below = 0;
  let above = 0;
  for (const name of names) {
    const a = one.get(name) ?? ZERO;
    const b = other.get(name) ?? ZERO;
    const middle = a.typical - b.typical;
    const low = a.low - b.low;
    const high = a.high - b.high;
    typical += middle;
    below += (middle - Math.min(low, middle, high)) ** 2;
    above += (Math.max(low, middle, high) - middle) ** 2;
  }
  return { low: typical - Math.sqrt(below), typical, high: typical + Math.sqrt(above) };
}

/** What each source of error comes to in the CPU work of some entries. */
function workParts(
  costs: RowPrices,
  some: readonly Entry[],
  prefix: string,
): ReadonlyMap<string, CostRange> {
  const parts = new Map<string, CostRange>();
  const work = some.filter(({ category }) => isWork(category));
  for (const { cost, cycles } of work) {
    const { low, typical, high } = parts.get(prefix + cost) ?? ZERO;
    parts.set(prefix + cost, {
      low: low + cycles.low,
      typical: typical + cycles.typical,
      high: high + cycles.high,
    });
  }
  instructionErrors(costs, work).forEach((error, index) => {
    parts.set(`${prefix}cycles per instruction ${index}`, error);
  });
  return parts;
}

/** Whether two lists hold the same prices: what is posted from a worker is another object. */
function isSame(one: PriceList, other: PriceList): boolean {
  const choice = ({ profile, clockGhz, mitigations, overrides }: PriceList) => {
    return JSON.stringify([profile.id, clockGhz, mitigations, overrides]);
  };
  return one === other || choice(one) === choice(other);
}
