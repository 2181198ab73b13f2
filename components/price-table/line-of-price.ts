import {
  CATEGORIES,
  type CostName,
  type CostRange,
  type PerInstruction,
  findProfile,
  type Known,
  type Price,
  type PriceList,
} from "#engine";
import type { PriceLine } from "./price-line.ts";

/** What one primitive comes to on a packet. */
export interface PriceUse {
  readonly timesPerPacket: number;
  readonly cycles: CostRange;
}

/** A primitive's price as a line of a table; `rest` has the prices without the reader's changes. */
export function priceLine(
  name: CostName,
  prices: PriceList,
  rest: PriceList,
  use?: PriceUse,
  effect?: string,
): PriceLine {
  const price = prices.prices[name];
  // What the reader sets has no source: the line goes on saying where the value came from.
  const { known, unit } = rest.prices[name];
  return {
    name,
    doc: price.primitive.doc,
    category: CATEGORIES[price.primitive.category].label,
    value: price.value,
    before: price.origin === "reader" ? rest.prices[name].value : undefined,
    unit: unit === "nanoseconds" ? "ns" : unit,
    evidence: known.evidence,
    reason: reasonOf(known),
    machine: machineOf(rest.prices[name], rest),
    sources: sourcesOf(known),
    timesPerPacket: use?.timesPerPacket,
    cycles: use?.cycles,
    effect,
  };
}

const PER_INSTRUCTION_DOCS: Readonly<Record<PerInstruction, string>> = {
  cyclesPerInstruction:
    "Cycles that an instruction of kernel, hypervisor and device model takes on average.",
  warmCyclesPerInstruction:
    "The same for a guest's, host's or device model's code that the CPU ran a moment ago.",
};

/** What an instruction takes, as a line of the same table: the price that all counts depend on. */
export function perInstructionLine(
  name: PerInstruction,
  prices: PriceList,
  rest: PriceList,
): PriceLine {
  const known = rest[`${name}Known`];
  const isChanged = name in prices.overrides;
  return {
    name,
    doc: PER_INSTRUCTION_DOCS[name],
    category: "All counts of instructions",
    value: prices[name],
    before: isChanged ? rest[name] : undefined,
    unit: "cycles",
    evidence: known?.evidence ?? "assumed",
    reason: known === undefined ? "No profile says it." : reasonOf(known),
    machine: rest.profile.title,
    sources: known === undefined ? [] : sourcesOf(known),
    timesPerPacket: undefined,
    cycles: undefined,
    effect: undefined,
  };
}

function reasonOf(known: Known): string {
  if (known.evidence === "derived") return known.formula;
  return known.evidence === "assumed" ? known.why : "";
}

function sourcesOf({ source }: Known): PriceLine["sources"] {
  return Array.isArray(source) ? (source as PriceLine["sources"]) : [source as never];
}

function machineOf({ origin, from, primitive }: Price, { profile }: PriceList): string {
  if (origin === "off") return "mitigations are off";
  if (origin === "profile") return profile.title;
  if (origin !== "neighbour" || from === undefined) return primitive.machine;
  return `inherited from ${findProfile(from).title}`;
}
