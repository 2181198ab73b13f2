import type { ActorName } from "../trace/actor.ts";
import type { EventName } from "../trace/schema.ts";
import type { PriceList } from "./price-list.ts";
import { TARIFF } from "./tariff/index.ts";
import type { ChargePart, Occupied, TariffRule } from "./tariff/rule.ts";

const LINE_BYTES = 64;

/** What a rule of the tariff comes to: cycles that depend on column `a` only. */
export interface Charge {
  /** Number of the charge in its trace; 0 is free. */
  readonly id: number;
  readonly parts: readonly ChargePart[];
  readonly rowCycles: number;
  readonly byteCycles: number;
  readonly lineCycles: number;
  readonly occupies: readonly { readonly resource: Occupied; readonly charge: Charge }[];
  /** The row tells of time that has passed already. */
  readonly passed: boolean;
  /** Whether the CPU has run its code a moment ago. */
  readonly warm: boolean;
}

/** Nothing. */
export const FREE: Charge = charge(0, [], undefined);

/** The charge of the first rule of the tariff that fits, or undefined. */
export function findRule(
  kind: EventName,
  actor: ActorName,
  where: string,
  mode: string,
): TariffRule | undefined {
  return TARIFF.find(
    (rule) =>
      rule.kind === kind &&
      (rule.actor === undefined || rule.actor === actor || rule.actor.includes(actor)) &&
      fits(rule.where, where) &&
      fits(rule.mode, mode),
  );
}

/** Makes a charge of parts at the prices given. */
export function charge(
  id: number,
  parts: TariffRule["parts"],
  prices: PriceList | undefined,
  rule?: TariffRule,
  warm = false,
): Charge {
  const full = parts.map((part) => (typeof part === "string" ? { cost: part } : part));
  const sum = (...per: string[]): number =>
    full
      .filter((part) => per.includes(part.per ?? "row"))
      .reduce((all, part) => all + priceOf(part, prices, warm) * (part.times ?? 1), 0);
  return {
    id,
    parts: full,
    rowCycles: sum("row"),
    byteCycles: sum("byte", "value"),
    lineCycles: sum("cacheLine"),
    occupies: (rule?.occupies ?? []).map(({ resource, part }) => ({
      resource,
      charge: charge(0, [part], prices),
    })),
    passed: rule?.passed === true,
    warm,
  };
}

/** Time is counted in parts of a cycle that add up exactly: no sum of any order is off by a rounding. */
const PARTS_OF_CYCLE = 256;

/** Typical cycles of a row with this value in column `a`. */
export function chargeCycles(of: Charge, a: number): number {
  const { lineCycles } = of;
  const lines = lineCycles === 0 ? 0 : lineCycles * Math.ceil(a / LINE_BYTES);
  const cycles = of.rowCycles + of.byteCycles * a + lines;
  return Math.round(cycles * PARTS_OF_CYCLE) / PARTS_OF_CYCLE;
}

/** How often a part of a charge counts in rows: `rows` of them, whose column `a` sums up. */
export function partCount(part: ChargePart, rows: number, sum: number, lines: number): number {
  const times = part.times ?? 1;
  if (part.per === "byte" || part.per === "value") return times * sum;
  return times * (part.per === "cacheLine" ? lines : rows);
}

/** Cache lines that so many bytes lie in. */
export function linesOf(bytes: number): number {
  return Math.ceil(bytes / LINE_BYTES);
}

function priceOf(part: ChargePart, prices: PriceList | undefined, warm: boolean): number {
  const price = prices?.prices[part.cost];
  if (price === undefined) return 0;
  return warm ? price.warmCycles.typical : price.cycles.typical;
}

function fits(pattern: string | RegExp | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === "string" ? pattern === text : pattern.test(text);
}
