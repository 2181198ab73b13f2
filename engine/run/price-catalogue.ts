import { InputError } from "../core/input-error.ts";
import type { Source } from "../ledger/cost.ts";
import { COST_NAMES, type CostName } from "../ledger/costs/index.ts";
import { neighbours, type Price, type PriceList } from "../ledger/price-list.ts";
import { CPU_PROFILES } from "../ledger/profiles/index.ts";
import { TARIFF } from "../ledger/tariff/index.ts";
import type { ChargePart, TariffRule } from "../ledger/tariff/rule.ts";

/** Shorter parts of names are near too many. */
const NEAR_MIN = 3;

/** One primitive as `trapline costs` shows it. */
export interface CatalogueEntry {
  readonly price: Price;
  readonly sources: readonly Source[];
  /** Where its value on this CPU is from, in words. */
  readonly origin: string;
  /** Which rows of a trace cost it, in words. */
  readonly chargedBy: readonly string[];
  /** Ids of the CPU profiles that have a value of their own. */
  readonly profiles: readonly string[];
}

/** Every primitive on one CPU, in the order of the cost tables. */
export function catalogue(prices: PriceList): readonly CatalogueEntry[] {
  return COST_NAMES.map((name) => catalogueEntry(prices, name));
}

/**
 * The entry of one primitive.
 * @throws InputError when there is none of that name.
 */
export function findCatalogueEntry(prices: PriceList, name: string): CatalogueEntry {
  const found = COST_NAMES.find((known) => known === name);
  if (found !== undefined) return catalogueEntry(prices, found);
  const part = name.toLowerCase();
  const near =
    part.length < NEAR_MIN ? [] : COST_NAMES.filter((one) => one.toLowerCase().includes(part));
  const hint = near.length > 0 ? `near it are ${near.join(", ")}` : "trapline costs lists them";
  throw new InputError(`Cost ${name}: there is no such primitive; ${hint}.`);
}

function catalogueEntry(prices: PriceList, name: CostName): CatalogueEntry {
  const price = prices.prices[name];
  const { source } = price.known;
  return {
    price,
    sources: Array.isArray(source) ? (source as readonly Source[]) : [source as Source],
    origin: originOf(price, prices),
    chargedBy: TARIFF.flatMap((rule) => usesOf(rule, name)),
    profiles: CPU_PROFILES.filter(({ values }) => values[name] !== undefined).map(({ id }) => id),
  };
}

function originOf({ origin, from }: Price, { profile }: PriceList): string {
  if (origin === "reader") return "set by the reader";
  if (origin === "off") return "mitigations are off";
  if (origin === "profile") return `known for ${profile.id}`;
  if (origin === "primitive") return "the same on every CPU that knows no better";
  const chain = neighbours(profile);
  const steps = chain.findIndex(({ id }) => id === from);
  return `inherited from its neighbour ${from ?? ""}${steps > 1 ? `, ${steps} steps away` : ""}`;
}

/** "vmExit rows of the hypervisor where HLT, in modes vtx-…: times 0.5". */
function usesOf(rule: TariffRule, name: CostName): string[] {
  const parts = [...rule.parts, ...(rule.occupies ?? []).map(({ part }) => part)];
  const busy = new Set<unknown>((rule.occupies ?? []).map(({ part }) => part));
  return parts
    .map((part): ChargePart => (typeof part === "string" ? { cost: part } : part))
    .filter(({ cost }) => cost === name)
    .map((part) => `${rowsOf(rule)}: ${how(part)}${busy.has(part) ? ", while it is busy" : ""}`);
}

function rowsOf({ kind, actor, where, mode }: TariffRule): string {
  const actors = actor === undefined ? [] : [actor].flat();
  const of = actors.length === 0 ? "" : ` of ${actors.join(" or ")}`;
  const at = where === undefined ? "" : ` where ${pattern(where)}`;
  return `${kind}${of}${at}${mode === undefined ? "" : ` in ${pattern(mode)}`}`;
}

function pattern(text: string | RegExp): string {
  return typeof text === "string" ? text : `/${text.source}/`;
}

function how({ per = "row", times = 1 }: ChargePart): string {
  const each = { row: "once", byte: "per byte", cacheLine: "per cache line", value: "per unit" };
  return times === 1 ? each[per] : `${each[per]}, times ${Number(times.toPrecision(4))}`;
}
