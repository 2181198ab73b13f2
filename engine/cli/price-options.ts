import type { CpuProfile } from "../ledger/cpu-profile.ts";
import { DEFAULT_PROFILE, findProfile } from "../ledger/profiles/index.ts";
import { chosenPrices, type PriceChoice } from "../ledger/price-choice.ts";
import type { PriceList } from "../ledger/price-list.ts";
import { InputError } from "../core/input-error.ts";
import { UsageError } from "./command.ts";
import { decimalNumber, optionText, type Parsed } from "./options.ts";

/** The options that say which CPU pays and what a step costs on it, for every command that prices. */
export const PRICE_OPTIONS = {
  cpu: { type: "string" },
  "clock-ghz": { type: "string" },
  mitigations: { type: "string" },
  set: { type: "string", multiple: true },
} as const;

/** The same in a usage text. */
export const PRICE_SYNOPSIS =
  "[--cpu PROFILE] [--clock-ghz G] [--mitigations on|off] [--set cost.NAME=VALUE]…";

/** A setting of this beginning is a price, not a knob. */
const COST_PREFIX = "cost.";

/**
 * The prices that a command line asks for.
 * @throws UsageError or InputError naming the option.
 */
export function readPrices(parsed: Parsed): PriceList {
  return chosenPrices(readPriceChoice(parsed));
}

/**
 * Reads `--cpu`, `--clock-ghz`, `--mitigations` and every `--set cost.NAME=VALUE`.
 * @throws UsageError or InputError naming the option.
 */
export function readPriceChoice(parsed: Parsed): PriceChoice {
  const clock = optionText(parsed, "clock-ghz");
  return {
    profileId: readProfile(optionText(parsed, "cpu")).id,
    ...(clock === undefined ? {} : { clockGhz: decimalNumber("clock-ghz", clock, 0.1, 10) }),
    mitigations: readSwitch(optionText(parsed, "mitigations") ?? "on"),
    overrides: readOverrides(parsed),
  };
}

/** What `--set` says, cut at the first equals sign; each name once. */
export function readSets(parsed: Parsed): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const setting of (parsed.values["set"] ?? []) as readonly string[]) {
    const at = setting.indexOf("=");
    if (at <= 0) throw new UsageError(`--set ${setting}: it must read knob=value.`);
    const name = setting.slice(0, at);
    if (settings.has(name)) throw new UsageError(`--set ${name} is given twice.`);
    settings.set(name, setting.slice(at + 1));
  }
  return settings;
}

/** Whether a setting of this name is a price. */
export function isPriceSetting(name: string): boolean {
  return name.startsWith(COST_PREFIX);
}

function readProfile(id: string | undefined): CpuProfile {
  return id === undefined ? DEFAULT_PROFILE : findProfile(id);
}

function readSwitch(text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw new InputError(`--mitigations: ${text} is not one of on, off.`);
}

function readOverrides(parsed: Parsed): Record<string, number> {
  const found: [string, number][] = [];
  for (const [name, text] of readSets(parsed)) {
    if (!isPriceSetting(name)) continue;
    found.push([name.slice(COST_PREFIX.length), decimalNumber(`set ${name}`, text, 0, 1e9)]);
  }
  return Object.fromEntries(found);
}
