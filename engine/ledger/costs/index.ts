import type { CostPrimitive } from "../cost.ts";
import { COPY } from "./copy.ts";
import { PCIE } from "./pcie.ts";
import { TRANSITION } from "./transition.ts";

/** Every primitive by name. */
export const COSTS = {
  ...COPY,
  ...PCIE,
  ...TRANSITION,
} as const;

/** The name of a primitive. */
export type CostName = keyof typeof COSTS;

/** The primitives as one type: what they have in common. */
export const COST_TABLE: Readonly<Record<CostName, CostPrimitive>> = COSTS;
/** The names of the primitives, in the order of their files. */
export const COST_NAMES = Object.keys(COSTS) as CostName[];
