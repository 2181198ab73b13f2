import type { CostUnit } from "../ledger/cost.ts";
import type { CostName } from "../ledger/costs/index.ts";
import { isPerInstruction, priceList, type PriceList } from "../ledger/price-list.ts";

/** A price that the reader has set. */
export interface ChangedPrice {
  readonly name: string;
  readonly value: number;
  /** What the CPU's own typical value is. */
  readonly was: number;
  readonly unit: CostUnit | "cycles per instruction";
}

/** The prices that the reader has set, beside what they were, in the order of setting. */
export function changedPrices(prices: PriceList): readonly ChangedPrice[] {
  const { overrides, profile, clockGhz, mitigations } = prices;
  const names = Object.keys(overrides);
  if (names.length === 0) return [];
  const own = priceList({ profile, clockGhz, mitigations });
  return names.map((name): ChangedPrice => {
    const value = overrides[name] as number;
    if (isPerInstruction(name)) {
      const was = own[name].typical;
      return { name, value, was, unit: "cycles per instruction" };
    }
    const price = own.prices[name as CostName];
    return { name, value, was: price.value.typical, unit: prices.prices[name as CostName].unit };
  });
}

/** Which CPU pays, and a line for each price that was set: `cost.NAME = 500 cycles (was 784)`. */
export function pricesToText(prices: PriceList): string {
  const { profile, clockGhz, mitigations } = prices;
  const lines = [
    `CPU ${profile.id}: ${profile.title}, ${clockGhz} GHz, mitigations ${mitigations ? "on" : "off"}`,
    ...changedPrices(prices).map(
      ({ name, value, was, unit }) => `cost.${name} = ${value} ${unit} (was ${was})`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for a report in JSON. */
export function pricesForJson(prices: PriceList): object {
  const { profile, clockGhz, mitigations } = prices;
  const { id, title } = profile;
  return { profile: id, title, clockGhz, mitigations, changed: changedPrices(prices) };
}
