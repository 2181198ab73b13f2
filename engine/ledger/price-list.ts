import { assert } from "../core/assert.ts";
import { InputError } from "../core/input-error.ts";
import type { CostPrimitive, CostRange, Known } from "./cost.ts";
import { WARMING } from "./category.ts";
import { scaled } from "./range.ts";
import { COST_NAMES, COST_TABLE, type CostName } from "./costs/index.ts";
import type { CpuProfile, ProfileValue } from "./cpu-profile.ts";
import { CPU_PROFILES, DEFAULT_PROFILE } from "./profiles/index.ts";

/** What prices are wanted. */
export interface PriceOptions {
  readonly profile: CpuProfile;
  /** Clock in GHz, default the profile's. */
  readonly clockGhz?: number;
  /** Whether mitigations are on, default true. */
  readonly mitigations?: boolean;
  /** Values of the reader's own, by primitive, in the primitive's unit. */
  readonly overrides?: Readonly<Record<string, number>>;
}

/** Where a price comes from: the profile itself, a neighbour, the primitive, or the reader. */
export type PriceOrigin = "profile" | "neighbour" | "primitive" | "reader" | "off";

/** A primitive's price on one CPU. */
export interface Price {
  readonly name: CostName;
  readonly primitive: CostPrimitive;
  /** In the primitive's unit, or the profile's. */
  readonly value: CostRange;
  readonly unit: CostPrimitive["unit"];
  /** In cycles at the clock; of instructions at the typical cycles per instruction. */
  readonly cycles: CostRange;
  /** The same when the CPU has run it a moment ago. */
  readonly warmCycles: CostRange;
  readonly known: Known;
  readonly origin: PriceOrigin;
  /** Id of the profile the value is from, where it is a profile's. */
  readonly from?: string;
}

/** The prices of all primitives on one CPU. */
export interface PriceList {
  readonly profile: CpuProfile;
  readonly clockGhz: number;
  readonly mitigations: boolean;
  readonly overrides: Readonly<Record<string, number>>;
  readonly cyclesPerInstruction: CostRange;
  readonly cyclesPerInstructionKnown: Known | undefined;
  /** Cycles per instruction of code that the CPU has run a moment ago; see WARMING. */
  readonly warmCyclesPerInstruction: CostRange;
  readonly warmCyclesPerInstructionKnown: Known | undefined;
  readonly prices: Readonly<Record<CostName, Price>>;
}

/** Names under which cycles per instruction can be set as well. */
export const CYCLES_PER_INSTRUCTION = ["cyclesPerInstruction", "warmCyclesPerInstruction"] as const;
/** One of {@link CYCLES_PER_INSTRUCTION}. */
export type PerInstruction = (typeof CYCLES_PER_INSTRUCTION)[number];

/** Whether a name is one of {@link CYCLES_PER_INSTRUCTION}. */
export function isPerInstruction(name: string): name is PerInstruction {
  return CYCLES_PER_INSTRUCTION.some((one) => one === name);
}

const OFF: CostRange = { low: 0, typical: 0, high: 0 };
const NEIGHBOURS_MAX = 32;

/**
 * Works out what every primitive costs on a CPU.
 * @throws InputError when an override names no primitive or is no number of 0 or more.
 */
export function priceList(options: PriceOptions): PriceList {
  const { profile, mitigations = true, overrides = {} } = options;
  const clockGhz = options.clockGhz ?? profile.clockGhz;
  if (!(clockGhz > 0 && clockGhz <= 10)) {
    throw new InputError(`Clock: ${clockGhz} is not a number of GHz above 0 and up to 10.`);
  }
  checkOverrides(overrides);
  const chain = neighbours(profile);
  const cold = perInstruction("cyclesPerInstruction", chain, overrides);
  const warm = perInstruction("warmCyclesPerInstruction", chain, overrides);
  const entries = COST_NAMES.map((name): [CostName, Price] => {
    const found = look(name, chain, mitigations, overrides[name]);
    const { category } = COST_TABLE[name];
    const cycles = scaled(found.value, cyclesPer(found.unit, clockGhz, cold.value.typical));
    const again = found.unit === "instructions" && WARMING.has(category);
    const warmCycles = again ? scaled(found.value, warm.value.typical) : cycles;
    return [name, { name, primitive: COST_TABLE[name], ...found, cycles, warmCycles }];
  });
  return {
    profile,
    clockGhz,
    mitigations,
    overrides,
    cyclesPerInstruction: cold.value,
    cyclesPerInstructionKnown: cold.known,
    warmCyclesPerInstruction: warm.value,
    warmCyclesPerInstructionKnown: warm.known,
    prices: Object.fromEntries(entries) as Record<CostName, Price>,
  };
}

let shared: PriceList | undefined;

/** The prices of the default CPU: what a run uses unless it is told otherwise. */
export function defaultPrices(): PriceList {
  shared ??= priceList({ profile: DEFAULT_PROFILE });
  return shared;
}

/** The profile and its neighbours, nearest first. */
export function neighbours(profile: CpuProfile): readonly CpuProfile[] {
  const chain: CpuProfile[] = [];
  let next: CpuProfile | undefined = profile;
  while (next !== undefined && chain.length < NEIGHBOURS_MAX && !chain.includes(next)) {
    chain.push(next);
    const id: string | undefined = next.neighbour;
    next = id === undefined ? undefined : CPU_PROFILES.find((one) => one.id === id);
  }
  return chain;
}

/** A profile's cycles per instruction, or the reader's own. */
function perInstruction(
  name: PerInstruction,
  chain: readonly CpuProfile[],
  overrides: Readonly<Record<string, number>>,
): { value: CostRange; known: Known | undefined } {
  const own = overrides[name];
  if (own !== undefined) return { value: exactly(own), known: undefined };
  const known = chain.find((one) => one[name] !== undefined)?.[name];
  assert(known !== undefined, `profile ${chain[0]?.id}: ${name} is known of a neighbour`);
  return { value: known.value, known };
}

type Found = Pick<Price, "value" | "unit" | "known" | "origin" | "from">;

function look(
  name: CostName,
  chain: readonly CpuProfile[],
  mitigations: boolean,
  own: number | undefined,
): Found {
  const primitive = COST_TABLE[name];
  const { unit } = primitive;
  if (own !== undefined) return { value: exactly(own), unit, known: primitive, origin: "reader" };
  if (!mitigations && name.startsWith("mitigation")) {
    return { value: OFF, unit, known: primitive, origin: "off" };
  }
  for (const profile of chain) {
    const value: ProfileValue | undefined = profile.values[name];
    if (value === undefined) continue;
    const origin = profile === chain[0] ? "profile" : "neighbour";
    return { value: value.value, unit: value.unit ?? unit, known: value, origin, from: profile.id };
  }
  return { value: primitive.value, unit, known: primitive, origin: "primitive" };
}

function cyclesPer(unit: CostPrimitive["unit"], clockGhz: number, perInstruction: number): number {
  if (unit === "cycles") return 1;
  return unit === "nanoseconds" ? clockGhz : perInstruction;
}

function exactly(value: number): CostRange {
  return { low: value, typical: value, high: value };
}

function checkOverrides(overrides: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(overrides)) {
    if (!isPerInstruction(name) && !(name in COST_TABLE)) {
      throw new InputError(`Cost ${name}: there is no such primitive; trapline costs lists them.`);
    }
    if (!(value >= 0 && value <= 1e9)) {
      throw new InputError(`Cost ${name}: ${value} is not a number from 0 to 1000000000.`);
    }
  }
}
