import type { CostPrimitive } from "../cost.ts";
import { COPY } from "./copy.ts";
import { IGB } from "./igb.ts";
import { IGBVF } from "./igbvf.ts";
import { PCIE } from "./pcie.ts";
import { TRANSITION } from "./transition.ts";
import { VMXNET3 } from "./vmxnet3.ts";
import { XEN } from "./xen.ts";
import { XEN_DRIVER } from "./xen-driver.ts";

/** Every primitive by name. */
export const COSTS = {
  ...COPY,
  ...IGB,
  ...IGBVF,
  ...PCIE,
  ...TRANSITION,
  ...VMXNET3,
  ...XEN,
  ...XEN_DRIVER,
} as const;

/** The name of a primitive. */
export type CostName = keyof typeof COSTS;

/** The primitives as one type: what they have in common. */
export const COST_TABLE: Readonly<Record<CostName, CostPrimitive>> = COSTS;
/** The names of the primitives, in the order of their files. */
export const COST_NAMES = Object.keys(COSTS) as CostName[];
