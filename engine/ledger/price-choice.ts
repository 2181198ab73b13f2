import { findProfile } from "./profiles/index.ts";
import { priceList, type PriceList } from "./price-list.ts";

/** Which prices are wanted, as plain data: it can be posted to a worker or stand in a link. */
export interface PriceChoice {
  readonly profileId: string;
  /** Clock in GHz, default the profile's. */
  readonly clockGhz?: number;
  /** Whether mitigations are on, default true. */
  readonly mitigations?: boolean;
  /** Prices of the reader's own, by primitive, in the primitive's unit. */
  readonly overrides?: Readonly<Record<string, number>>;
}

/**
 * The prices of a choice.
 * @throws InputError when it names no profile or primitive, or a value is out of its range.
 */
export function chosenPrices({ profileId, ...rest }: PriceChoice): PriceList {
  return priceList({ ...rest, profile: findProfile(profileId) });
}
