import {
  ACTORS,
  CATEGORIES,
  CATEGORY_NAMES,
  type CostRange,
  type Entry,
  type Evidence,
  EVIDENCE,
  evidenceOf,
  type PriceList,
  total,
} from "#engine";
import type { CostTone } from "../cost-bars/bar.ts";
import { toneOfEntry } from "../cost-bars/parts-of.ts";

/** What a level of the ledger divides by. */
export type LedgerLevel = "actor" | "category" | "cost";

/** The orders in which levels can be nested. */
export const LEDGER_ORDERS = [
  ["actor", "category", "cost"],
  ["category", "actor", "cost"],
  ["category", "cost", "actor"],
  ["cost", "actor", "category"],
] as const satisfies readonly (readonly LedgerLevel[])[];
/** One of {@link LEDGER_ORDERS}. */
export type LedgerOrder = (typeof LEDGER_ORDERS)[number];

/** A part of the cycles: all of them, or what one actor, category or primitive has of its parent's. */
export interface LedgerNode {
  /** The names from the top down, joined by slashes; empty at the top. */
  readonly id: string;
  readonly label: string;
  readonly level: LedgerLevel | undefined;
  readonly cycles: CostRange;
  readonly entries: readonly Entry[];
  readonly children: readonly LedgerNode[];
  /** How its prices are known: the weakest of them. */
  readonly evidence: Evidence;
  readonly tone: CostTone;
}

/** Nests entries; each node's cycles are `total` of its entries. */
export function ledgerTree(
  entries: readonly Entry[],
  order: LedgerOrder,
  prices: PriceList,
): LedgerNode {
  const paid = entries.filter(({ cycles }) => cycles.high > 0);
  return node("", "All", undefined, paid, order, prices);
}

/** A node and all below it, parents first. */
export function allNodes(node: LedgerNode): readonly LedgerNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}

function node(
  id: string,
  label: string,
  level: LedgerLevel | undefined,
  entries: readonly Entry[],
  below: readonly LedgerLevel[],
  prices: PriceList,
): LedgerNode {
  const [next, ...rest] = below;
  const names = next === undefined ? [] : [...new Set(entries.map((entry) => entry[next]))];
  const children = names.map((name) => {
    const same = entries.filter((entry) => next !== undefined && entry[next] === name);
    const path = id === "" ? name : `${id}/${name}`;
    return node(path, labelOf(name, next), next, same, rest, prices);
  });
  return {
    id,
    label,
    level,
    cycles: total({ prices }, entries),
    entries,
    children: children.toSorted(next === "cost" ? byCycles : byPlace(next)),
    evidence: weakest(entries, prices),
    tone: toneOf(entries),
  };
}

/** Actors and categories have their fixed places, primitives come dearest first. */
function byPlace(level: LedgerLevel | undefined) {
  const names: readonly string[] = level === "actor" ? Object.keys(ACTORS) : CATEGORY_NAMES;
  const place = ({ id }: LedgerNode) => names.indexOf(id.split("/").at(-1) ?? "");
  return (one: LedgerNode, other: LedgerNode) => place(one) - place(other);
}

function byCycles(one: LedgerNode, other: LedgerNode): number {
  return other.cycles.typical - one.cycles.typical;
}

function labelOf(name: string, level: LedgerLevel | undefined): string {
  if (level === "actor") return ACTORS[name as keyof typeof ACTORS].label;
  return level === "category" ? CATEGORIES[name as keyof typeof CATEGORIES].label : name;
}

function toneOf(entries: readonly Entry[]): CostTone {
  const tones = new Set(entries.map(({ category, actor }) => toneOfEntry(category, actor)));
  const [tone] = tones;
  return tones.size === 1 && tone !== undefined ? tone : "several";
}

function weakest(entries: readonly Entry[], prices: PriceList): Evidence {
  const found = new Set(
    entries.map(({ cost, warmCount }) => evidenceOf(prices, cost, warmCount > 0)),
  );
  return EVIDENCE.findLast((one) => found.has(one)) ?? "measured";
}
