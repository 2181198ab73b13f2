import { findProfile } from "../ledger/profiles/index.ts";
import { priceList, type PriceList } from "../ledger/price-list.ts";
import type { KnobValues } from "../modes/knob.ts";
import type { LoadDirection } from "../load/scenario.ts";

/** A system that a point was measured on, as the engine can run it: plain data. */
export interface Setup {
  readonly modeId: string;
  readonly knobs: KnobValues;
  readonly profileId: string;
  /** Clock in GHz, where the source states one. */
  readonly clockGhz?: number;
  readonly mitigations: boolean;
  /** Prices that follow from the set-up: a faster link, or no NIC between two guests. */
  readonly overrides: Readonly<Record<string, number>>;
  /** How the host's own NIC is set, where a mode is compared with the host itself. */
  readonly hostNic?: { readonly throttleMicroseconds: number };
  /** Bytes of a frame without FCS. */
  readonly frameBytes: number;
}

/** What is read off a set-up. */
export type Measure =
  /** Microseconds there and back; two sides: both ends are guests, one: the other end is a host. */
  | { readonly kind: "roundTrip"; readonly sides: 1 | 2 }
  /** The same less what it takes the host itself. */
  | { readonly kind: "addedRoundTrip" }
  /** Transactions a second, one outstanding. */
  | { readonly kind: "transactions"; readonly sides: 1 | 2 }
  | { readonly kind: "exitsPerRoundTrip" }
  | { readonly kind: "packetRate"; readonly direction: LoadDirection }
  /** Clock in GHz at which a core fills a 10 Gb/s link with frames of 64 bytes. */
  | { readonly kind: "clockForLineRate"; readonly direction: LoadDirection }
  /** Packet rate of this set-up over that of another. */
  | { readonly kind: "rateOver"; readonly direction: LoadDirection; readonly other: Setup };

/** A point's scenario: what runs, what is read off it, and what stands for what. */
export interface Mapping {
  readonly setup: Setup;
  readonly measure: Measure;
  /** One sentence: which choices the mapping makes. */
  readonly note: string;
  /** Why the prediction falls short, should it do so. */
  readonly miss?: string;
}

/** A scenario, or one sentence that says why there is none. */
export type Mapped = Mapping | { readonly excuse: string };

/** Prices of a set-up; the reader's own go before the set-up's. */
export function setupPrices(
  { profileId, clockGhz, mitigations, overrides }: Setup,
  own: Readonly<Record<string, number>> = {},
): PriceList {
  return priceList({
    profile: findProfile(profileId),
    ...(clockGhz === undefined ? {} : { clockGhz }),
    mitigations,
    overrides: { ...overrides, ...own },
  });
}
