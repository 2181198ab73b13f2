import { evidenceOf } from "./account.ts";
import type { CategoryName } from "./category.ts";
import type { Charge } from "./charge.ts";
import type { PriceList } from "./price-list.ts";

/** What one part of a charge comes to: typical cycles a row, a byte and a cache line. */
export interface ChargeShare {
  readonly category: CategoryName;
  /** Whether the price is assumed. */
  readonly assumed: boolean;
  readonly rowCycles: number;
  readonly byteCycles: number;
  readonly lineCycles: number;
}

/**
 * What a charge is made of, by category and by how its prices are known; together the shares are the
 * charge, up to the 1/256 cycle to which a row is rounded.
 */
export function chargeShares(charge: Charge, prices: PriceList): readonly ChargeShare[] {
  return charge.parts.map(({ cost, per = "row", times = 1 }): ChargeShare => {
    const { cycles, warmCycles, primitive } = prices.prices[cost];
    const price = (charge.warm ? warmCycles : cycles).typical * times;
    return {
      category: primitive.category,
      assumed: evidenceOf(prices, cost, charge.warm) === "assumed",
      rowCycles: per === "row" ? price : 0,
      byteCycles: per === "byte" || per === "value" ? price : 0,
      lineCycles: per === "cacheLine" ? price : 0,
    };
  });
}
