import {
  COST_TABLE,
  CPU_PROFILES,
  isPerInstruction,
  DEFAULT_PROFILE,
  findProfile,
  priceList,
  type PriceList,
} from "#engine";

/** Which prices a page reckons with, as plain data that a link carries and a worker takes. */
export interface PriceChoice {
  readonly profileId: string;
  /** Clock in GHz; undefined for the profile's. */
  readonly clockGhz: number | undefined;
  readonly mitigations: boolean;
  /** Prices of the reader's own, by primitive, in the primitive's unit. */
  readonly overrides: Readonly<Record<string, number>>;
}

/** The default CPU as it is. */
export const RESTING_PRICES: PriceChoice = {
  profileId: DEFAULT_PROFILE.id,
  clockGhz: undefined,
  mitigations: true,
  overrides: {},
};

/** How a price of the reader's begins in a link and on a command line. */
const COST_PREFIX = "cost.";

/**
 * The prices of a choice.
 * @throws InputError when a clock or a price is out of its range, or a name is of nothing.
 */
export function pricesOf({ profileId, clockGhz, mitigations, overrides }: PriceChoice): PriceList {
  return priceList({
    profile: findProfile(profileId),
    ...(clockGhz === undefined ? {} : { clockGhz }),
    mitigations,
    overrides,
  });
}

/** Writes a choice into the fields of a link; what is at rest is left out. */
export function putPrices(fields: URLSearchParams, choice: PriceChoice): void {
  if (choice.profileId !== RESTING_PRICES.profileId) fields.set("cpu", choice.profileId);
  if (choice.clockGhz !== undefined) fields.set("ghz", String(choice.clockGhz));
  if (!choice.mitigations) fields.set("mitigations", "off");
  for (const [name, value] of Object.entries(choice.overrides)) {
    fields.set(COST_PREFIX + name, String(value));
  }
}

/** Reads a choice from the fields of a link; what they do not say, or say wrongly, is at rest. */
export function readPrices(fields: URLSearchParams): PriceChoice {
  const cpu = fields.get("cpu");
  const clock = Number(fields.get("ghz") ?? NaN);
  const overrides: Record<string, number> = {};
  for (const [field, text] of fields) {
    const name = field.startsWith(COST_PREFIX) ? field.slice(COST_PREFIX.length) : "";
    const value = text.trim() === "" ? NaN : Number(text);
    if (isPriceName(name) && value >= 0 && value <= 1e9) overrides[name] = value;
  }
  return {
    profileId: CPU_PROFILES.find(({ id }) => id === cpu)?.id ?? RESTING_PRICES.profileId,
    clockGhz: clock > 0 && clock <= 10 ? clock : undefined,
    mitigations: fields.get("mitigations") !== "off",
    overrides,
  };
}

/** Prices in a link that name nothing, or say no number that counts: the reader is told. */
export function unknownPrices(fields: URLSearchParams): readonly string[] {
  const { overrides } = readPrices(fields);
  return [...fields.keys()].filter((field) => {
    return field.startsWith(COST_PREFIX) && !(field.slice(COST_PREFIX.length) in overrides);
  });
}

/** A choice with one price set, or taken back where the value is undefined. */
export function withPrice(
  choice: PriceChoice,
  name: string,
  value: number | undefined,
): PriceChoice {
  const { [name]: _, ...others } = choice.overrides;
  return { ...choice, overrides: value === undefined ? others : { ...others, [name]: value } };
}

function isPriceName(name: string): boolean {
  return isPerInstruction(name) || Object.hasOwn(COST_TABLE, name);
}
