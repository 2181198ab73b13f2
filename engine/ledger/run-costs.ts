import { RESOURCE_NAMES, RESOURCES, type ResourceName } from "../core/resource.ts";
import type { Clock } from "../core/clock.ts";
import type { Charge } from "./charge.ts";
import type { Ledger } from "./ledger.ts";
import type { PriceList } from "./price-list.ts";
import type { Pricing } from "./pricing.ts";

/** How busy one resource was. */
export interface ResourceUse {
  readonly name: ResourceName;
  readonly label: string;
  /** Whether it is a CPU. */
  readonly cpu: boolean;
  readonly busyCycles: number;
  /** Busy cycles of elapsed ones, 0 to 1. */
  readonly utilisation: number;
}

/** What a run cost: its ledger, the prices behind it, and how busy everything was. */
export interface RunCosts {
  readonly prices: PriceList;
  /** The charges that rows' `cost` column numbers; 0 is free. */
  readonly charges: readonly Charge[];
  readonly ledger: Ledger;
  /** From the first packet until the last resource was free. */
  readonly elapsedCycles: number;
  /** The resources that were busy at all, in the order of RESOURCES. */
  readonly resources: readonly ResourceUse[];
}

/** Reads what a run cost off its machine's pricing and clock. */
export function readCosts(pricing: Pricing, clock: Clock): RunCosts {
  const elapsedCycles = clock.horizonCycles - clock.startCycles;
  const resources = RESOURCE_NAMES.map((name): ResourceUse => {
    const { code, label, cpu } = RESOURCES[name];
    const busyCycles = clock.busyCycles[code] as number;
    const utilisation = elapsedCycles > 0 ? busyCycles / elapsedCycles : 0;
    return { name, label, cpu, busyCycles, utilisation };
  });
  return {
    prices: pricing.prices,
    charges: pricing.charges,
    ledger: pricing.ledger,
    elapsedCycles,
    resources: resources.filter(({ busyCycles }) => busyCycles > 0),
  };
}
