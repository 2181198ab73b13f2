import { ACTORS, type ActorName } from "../trace/actor.ts";
import type { Trace } from "../trace/store.ts";
import { CATEGORY_NAMES, CATEGORIES, type CategoryName, WARMING } from "./category.ts";
import { type Charge, chargeCycles, FREE, partCount } from "./charge.ts";
import { EVIDENCE, type CostRange, type Evidence } from "./cost.ts";
import type { CostName } from "./costs/index.ts";
import type { PriceList } from "./price-list.ts";
import { scaled, sumOfRanges } from "./range.ts";
import type { RunCosts } from "./run-costs.ts";

const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

/** What one primitive came to on one actor. */
export interface Entry {
  readonly actor: ActorName;
  readonly category: CategoryName;
  readonly cost: CostName;
  /** How often: times, bytes, cache lines or units, as the tariff says. */
  readonly count: number;
  /** How often of these the CPU had run the code a moment ago, where that makes it faster. */
  readonly warmCount: number;
  readonly cycles: CostRange;
}

/**
 * A run's ledger, entry by entry: one for each actor and primitive that occurred, dearest first.
 * @param resource Code of the resource whose entries are wanted, default all.
 */
export function entries(costs: RunCosts, resource = -1): readonly Entry[] {
  const counts = new Map<
    string,
    { actor: ActorName; cost: CostName; count: number; warmCount: number }
  >();
  costs.charges.forEach((charge, id) => {
    ACTOR_NAMES.forEach((actor, code) => {
      const rows = costs.ledger.rowsOf(id, code, resource);
      if (rows === 0) return;
      const sum = costs.ledger.sumOf(id, code, resource);
      const lines = costs.ledger.linesOf(id, code, resource);
      for (const part of charge.parts) {
        const key = `${actor} ${part.cost}`;
        const entry = counts.get(key) ?? { actor, cost: part.cost, count: 0, warmCount: 0 };
        const count = partCount(part, rows, sum, lines);
        entry.count += count;
        if (charge.warm) entry.warmCount += count;
        counts.set(key, entry);
      }
    });
  });
  return [...counts.values()]
    .map((count) => priced(count, costs.prices))
    .sort((one, other) => other.cycles.typical - one.cycles.typical);
}

/** What an entry comes to at other prices, as often as it was counted. */
export function priced(
  count: Pick<Entry, "actor" | "cost" | "count" | "warmCount">,
  { prices }: PriceList,
): Entry {
  const price = prices[count.cost];
  const cold = scaled(price.cycles, count.count - count.warmCount);
  const cycles = linear([cold, scaled(price.warmCycles, count.warmCount)]);
  return { ...count, category: price.primitive.category, cycles };
}

/** Adds entries up; the errors of cycles per instruction are one error of all that is counted so. */
export function total(costs: Pick<RunCosts, "prices">, some: readonly Entry[]): CostRange {
  const byCost = new Map<CostName, CostRange[]>();
  for (const entry of some) {
    byCost.set(entry.cost, [...(byCost.get(entry.cost) ?? []), entry.cycles]);
  }
  const ranges = [...byCost.values()].map((same) => linear(same));
  return sumOfRanges([...ranges, ...instructionErrors(costs, some)]);
}

/** What the errors of cycles per instruction, cold and warm, come to for what is counted so. */
export function instructionErrors(
  costs: Pick<RunCosts, "prices">,
  some: readonly Entry[],
): readonly CostRange[] {
  const { cyclesPerInstruction, warmCyclesPerInstruction, prices } = costs.prices;
  let cold = 0;
  let warm = 0;
  for (const entry of some) {
    const { primitive, unit, value } = prices[entry.cost];
    if (unit !== "instructions") continue;
    const faster = WARMING.has(primitive.category) ? entry.warmCount : 0;
    cold += value.typical * (entry.count - faster);
    warm += value.typical * faster;
  }
  return [deviation(cyclesPerInstruction, cold), deviation(warmCyclesPerInstruction, warm)];
}

/** Cycles by category, in the order of CATEGORIES; only what occurred. */
export function byCategory(costs: RunCosts): ReadonlyMap<CategoryName, CostRange> {
  const all = entries(costs);
  const rows = CATEGORY_NAMES.map((name): [CategoryName, CostRange] => [
    name,
    total(
      costs,
      all.filter(({ category }) => category === name),
    ),
  ]);
  return new Map(rows.filter(([, range]) => range.typical > 0));
}

/** Cycles by actor, in the order of ACTORS; only what occurred. */
export function byActor(costs: RunCosts): ReadonlyMap<ActorName, CostRange> {
  const all = entries(costs);
  const rows = ACTOR_NAMES.map((name): [ActorName, CostRange] => [
    name,
    total(
      costs,
      all.filter(({ actor }) => actor === name),
    ),
  ]);
  return new Map(rows.filter(([, range]) => range.typical > 0));
}

/** What CPUs spent: without DMA, wire and idle time, and without polls that found nothing. */
export function cpuCycles(costs: RunCosts): CostRange {
  const paid = entries(costs).filter(({ category }) => isWork(category));
  return total(costs, paid);
}

/** Whether cycles of a category are CPU work for packets. */
export function isWork(category: CategoryName): boolean {
  return CATEGORIES[category].cpu && category !== "polling";
}

/** Shares of the typical CPU cycles by how their prices are known; they add up to 1. */
export function evidenceShares(costs: RunCosts): Readonly<Record<Evidence, number>> {
  const shares = Object.fromEntries(EVIDENCE.map((one) => [one, 0])) as Record<Evidence, number>;
  let all = 0;
  for (const { category, cost, count, warmCount, cycles } of entries(costs)) {
    if (!isWork(category)) continue;
    const { warmCycles } = costs.prices.prices[cost];
    const warm = warmCycles.typical * warmCount;
    shares[evidenceOf(costs.prices, cost, true)] += warm;
    shares[evidenceOf(costs.prices, cost, false)] +=
      count === warmCount ? 0 : cycles.typical - warm;
    all += cycles.typical;
  }
  if (all > 0) for (const one of EVIDENCE) shares[one] /= all;
  return shares;
}

/**
 * How a price in cycles is known: a count of instructions is known no better than the cycles that one
 * takes on this CPU.
 */
export function evidenceOf(prices: PriceList, cost: CostName, warm: boolean): Evidence {
  const { known, primitive, unit } = prices.prices[cost];
  if (unit !== "instructions") return known.evidence;
  const faster = warm && WARMING.has(primitive.category);
  const { cyclesPerInstructionKnown, warmCyclesPerInstructionKnown } = prices;
  const per = faster ? warmCyclesPerInstructionKnown : cyclesPerInstructionKnown;
  return per?.evidence === "assumed" ? "assumed" : known.evidence;
}

/** Typical cycles of a row of a trace. */
export function rowCycles(trace: Trace, row: number, charges: readonly Charge[]): number {
  const of = charges[trace.cost[row] as number] ?? FREE;
  return of === FREE ? 0 : chargeCycles(of, trace.a[row] as number);
}

/** How far instructions may be off because cycles per instruction are. */
function deviation({ low, typical, high }: CostRange, instructions: number): CostRange {
  return { low: instructions * (low - typical), typical: 0, high: instructions * (high - typical) };
}

function linear(ranges: readonly CostRange[]): CostRange {
  let low = 0;
  let typical = 0;
  let high = 0;
  for (const range of ranges) {
    low += range.low;
    typical += range.typical;
    high += range.high;
  }
  return { low, typical, high };
}
