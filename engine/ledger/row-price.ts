import { ACTORS, type ActorName } from "../trace/actor.ts";
import type { Trace } from "../trace/store.ts";
import { type Entry, evidenceOf, priced, total } from "./account.ts";
import { linesOf, partCount } from "./charge.ts";
import { EVIDENCE, type CostRange, type Evidence } from "./cost.ts";
import { ZERO } from "./range.ts";
import type { RunCosts } from "./run-costs.ts";

const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

/** One primitive of a row's price. */
export interface PricePart extends Entry {
  readonly evidence: Evidence;
}

/** What one row of a trace costs. */
export interface RowPrice {
  /** Cycles; zero for a row that is free. */
  readonly range: CostRange;
  /** How the least certain of its prices is known; undefined for a row that is free. */
  readonly evidence: Evidence | undefined;
  /** The primitives, in the order of the tariff. */
  readonly parts: readonly PricePart[];
}

const NOTHING: RowPrice = { range: ZERO, evidence: undefined, parts: [] };

/** Prices one row: its charge's primitives with their ranges, their sum, and the weakest evidence. */
export function rowPrice(
  trace: Trace,
  row: number,
  costs: Pick<RunCosts, "charges" | "prices">,
): RowPrice {
  const charge = costs.charges[trace.cost[row] ?? 0];
  const actor = ACTOR_NAMES[trace.actor[row] ?? 0];
  if (charge === undefined || actor === undefined || charge.parts.length === 0) return NOTHING;
  const a = trace.a[row] ?? 0;
  const parts = charge.parts.map((part): PricePart => {
    const count = partCount(part, 1, a, linesOf(a));
    const warmCount = charge.warm ? count : 0;
    const entry = priced({ actor, cost: part.cost, count, warmCount }, costs.prices);
    return { ...entry, evidence: evidenceOf(costs.prices, part.cost, charge.warm) };
  });
  const paid = parts.filter(({ cycles }) => cycles.high > 0);
  if (paid.length === 0) return { ...NOTHING, parts };
  return { range: total(costs, parts), evidence: weakest(paid), parts };
}

/** EVIDENCE is in the order from the strongest to the weakest. */
function weakest(parts: readonly PricePart[]): Evidence | undefined {
  return EVIDENCE.findLast((one) => parts.some(({ evidence }) => evidence === one));
}
