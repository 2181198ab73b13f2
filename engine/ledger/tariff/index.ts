import type { TariffRule } from "./rule.ts";
import { TRANSITION_RULES } from "./transition.ts";

/** What every kind of row costs; the first rule that fits decides. */
export const TARIFF: readonly TariffRule[] = [...TRANSITION_RULES];
