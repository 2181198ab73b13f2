import { IGB_RULES } from "./igb.ts";
import type { TariffRule } from "./rule.ts";
import { TRANSITION_RULES } from "./transition.ts";
import { VMXNET3_RULES } from "./vmxnet3.ts";
import { XEN_RULES } from "./xen.ts";

/** What every kind of row costs; the first rule that fits decides. */
export const TARIFF: readonly TariffRule[] = [
  ...XEN_RULES,
  ...VMXNET3_RULES,
  ...IGB_RULES,
  ...TRANSITION_RULES,
];
