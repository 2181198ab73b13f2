import {
  COST_TABLE,
  CPU_PROFILES,
  isPerInstruction,
  DEFAULT_PROFILE,
  type PriceChoice,
} from "#engine";

/** The default CPU as it is. */
export const RESTING_PRICES: PriceChoice = {
  profileId: DEFAULT_PROFILE.id,
  mitigations: true,
  overrides: {},
};

/** How a price of the reader's begins in a link and on a command line. */
const COST_PREFIX = "cost.";

/** Writes a choice into the fields of a link; what is at rest is left out. */
export function putPrices(fields: URLSearchParams, choice: PriceChoice): void {
  if (choice.profileId !== RESTING_PRICES.profileId) fields.set("cpu", choice.profileId);
  if (choice.clockGhz !== undefined) fields.set("ghz", String(choice.clockGhz));
  if (choice.mitigations === false) fields.set("mitigations", "off");
  for (const [name, value] of Object.entries(choice.overrides ?? {})) {
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
    ...(clock > 0 && clock <= 10 ? { clockGhz: clock } : {}),
    mitigations: fields.get("mitigations") !== "off",
    overrides,
  };
}

/** Prices and CPUs in a link that name nothing, or say no number that counts: the reader is told. */
export function unknownPrices(fields: URLSearchParams): readonly string[] {
  const { profileId, clockGhz, overrides = {} } = readPrices(fields);
  const isStrange: Readonly<Record<string, (text: string) => boolean>> = {
    cpu: (text) => text !== profileId,
    ghz: (text) => Number(text) !== clockGhz,
    mitigations: (text) => text !== "on" && text !== "off",
  };
  return [...fields].flatMap(([field, text]) => {
    if (isStrange[field]?.(text) === true) return `${field}=${text}`;
    const isLost =
      field.startsWith(COST_PREFIX) && !Object.hasOwn(overrides, field.slice(COST_PREFIX.length));
    return isLost ? field : [];
  });
}

/** What a reader is told of prices in a link that are of nothing. */
export function unknownText(unknown: readonly string[]): string {
  return `The link says ${unknown.join(", ")}: no price or CPU of that name, or no number that counts. It is left out.`;
}

/** A choice with one price set, or taken back where the value is undefined. */
export function withPrice(
  choice: PriceChoice,
  name: string,
  value: number | undefined,
): PriceChoice {
  const { [name]: _, ...others } = choice.overrides ?? {};
  return { ...choice, overrides: value === undefined ? others : { ...others, [name]: value } };
}

/** A choice with a clock in GHz, or with the profile's own where it is undefined. */
export function withClock(choice: PriceChoice, clockGhz: number | undefined): PriceChoice {
  const { clockGhz: _, ...others } = choice;
  return clockGhz === undefined ? others : { ...others, clockGhz };
}

function isPriceName(name: string): boolean {
  return isPerInstruction(name) || Object.hasOwn(COST_TABLE, name);
}
