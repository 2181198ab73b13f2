import type { KnobSpec, KnobValues } from "./knob.ts";

/** How far apart the NIC holds interrupts of a vector, for modes whose guest has the NIC itself. */
export const THROTTLE_KNOB = {
  type: "integer",
  default: 0,
  min: 0,
  max: 8000,
  doc: "least microseconds between two interrupts of a vector, as ethtool's rx-usecs sets it; 0: as the driver chooses",
} as const satisfies KnobSpec;

/** The option of the 82576's drivers that the knob stands for. */
export function throttle(knobs: KnobValues): { throttleMicroseconds: number } {
  return { throttleMicroseconds: Number(knobs["throttleMicroseconds"]) };
}
