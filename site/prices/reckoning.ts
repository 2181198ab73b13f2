import type { PriceList } from "#engine";
import { type PriceChoice, pricesOf } from "./price-choice.ts";

/** What everything on a page is reckoned with. */
export interface Reckoning {
  readonly prices: PriceList;
  /** The same CPU without the reader's changes. */
  readonly rest: PriceList;
}

/**
 * The prices of a choice, with and without the reader's changes.
 * @throws InputError when a clock or a price is out of its range.
 */
export function reckon(choice: PriceChoice): Reckoning {
  return { prices: pricesOf(choice), rest: pricesOf({ ...choice, overrides: {} }) };
}
