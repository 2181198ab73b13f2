import { assert } from "../core/assert.ts";
import type { CategoryName } from "./category.ts";

/** How a value is known: seen measured, fixed by a specification, worked out by a formula, or assumed. */
export const EVIDENCE = ["measured", "specified", "derived", "assumed"] as const;
/** One of {@link EVIDENCE}. */
export type Evidence = (typeof EVIDENCE)[number];

/** Where a value can be looked up. */
export interface Source {
  /** Authors, title, venue and year; or the recording. */
  readonly cite: string;
  /** Table, section, figure, file and function, or field of a recording. */
  readonly where: string;
  readonly url?: string;
  /** Who quotes it, where the primary text was not seen. */
  readonly through?: string;
}

/** What a value counts: instructions become cycles by a CPU profile's cycles per instruction. */
export type CostUnit = "cycles" | "nanoseconds" | "instructions";

/** A value with its range: low ≤ typical ≤ high. */
export interface CostRange {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

/** How a value is known and where from. A derived one names its formula, an assumed one its reason. */
export type Known = {
  readonly source: Source | readonly [Source, ...Source[]];
} & (
  | { readonly evidence: "measured" | "specified" }
  | { readonly evidence: "derived"; readonly formula: string }
  | { readonly evidence: "assumed"; readonly why: string }
);

/** A step's price: without source and evidence it does not compile. */
export type CostPrimitive = {
  /** One sentence: from where to where the cycles are counted. */
  readonly doc: string;
  readonly category: CategoryName;
  readonly unit: CostUnit;
  readonly value: CostRange;
  /** Part, clock, microcode, software and mitigations that the value was seen on. */
  readonly machine: string;
} & Known;

/** Primitives by name. */
export type Costs = Readonly<Record<string, CostPrimitive>>;

/**
 * Declares primitives; names are unique across all files of `costs`.
 * @throws InvariantError when a range is not ordered or not finite, as the module loads.
 */
export function defineCosts<const C extends Costs>(costs: C): C {
  for (const [name, cost] of Object.entries(costs)) checkRange(name, cost.value);
  return costs;
}

/** Asserts 0 ≤ low ≤ typical ≤ high, all finite. */
export function checkRange(name: string, { low, typical, high }: CostRange): void {
  const ordered = low >= 0 && low <= typical && typical <= high && Number.isFinite(high);
  assert(ordered, `cost ${name}: 0 ≤ ${low} ≤ ${typical} ≤ ${high}, all finite`);
}
