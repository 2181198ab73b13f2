import { chosenPrices, type PriceChoice, type PriceList } from "#engine";

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
  return { prices: chosenPrices(choice), rest: chosenPrices({ ...choice, overrides: {} }) };
}
