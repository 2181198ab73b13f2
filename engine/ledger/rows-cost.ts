import { ACTOR_COUNT, ACTORS, type ActorName } from "../trace/actor.ts";
import type { Trace } from "../trace/store.ts";
import { type Entry, instructionErrors, isWork, priced, total } from "./account.ts";
import { type Charge, FREE, linesOf, partCount } from "./charge.ts";
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
  for (const { charge, actor, rowCount, sum, lines } of chargesOf(trace, rows, costs)) {
    for (const part of charge.parts) {
      const key = `${actor} ${part.cost}`;
      const entry = counts.get(key) ?? { actor, cost: part.cost, count: 0, warmCount: 0 };
      const count = partCount(part, rowCount, sum, lines);
      entry.count += count;
      if (charge.warm) entry.warmCount += count;
      counts.set(key, entry);
    }
  }
  return [...counts.values()].map((count) => priced(count, costs.prices));
}

/** How often an actor had a charge in some rows. */
interface ChargeCount {
  readonly charge: Charge;
  readonly actor: ActorName;
  rowCount: number;
  /** Sum of column `a`, and of the cache lines that so many bytes lie in. */
  sum: number;
  lines: number;
}

/** Charges by actor in the order in which they occur; a whole trace has millions of rows and few of these. */
function chargesOf(
  trace: Trace,
  rows: Iterable<number>,
  { charges }: RowPrices,
): readonly ChargeCount[] {
  const places: (ChargeCount | undefined)[] = [];
  const found: ChargeCount[] = [];
  for (const row of rows) {
    const number = trace.cost[row] as number;
    const code = trace.actor[row] as number;
    const charge = charges[number] ?? FREE;
    if (charge === FREE) continue;
    const place = number * ACTOR_COUNT + code;
    let count = places[place];
    if (count === undefined) {
      const actor = ACTOR_NAMES[code];
      if (actor === undefined) continue;
      count = { charge, actor, rowCount: 0, sum: 0, lines: 0 };
      places[place] = count;
      found.push(count);
    }
    const a = trace.a[row] as number;
    count.rowCount++;
    count.sum += a;
    count.lines += linesOf(a);
  }
  return found;
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
