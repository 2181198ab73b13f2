import type { RingSlot } from "#engine";

/**
 * How a slot looks: whose it is, and for the driver's whether something waits in it. Owner is colour
 * and pattern, what waits is filled.
 */
export type SlotLook = "device" | "waiting" | "free" | "none";

const EMPTY_STATES = new Set(["free", "not handed over", "request, not shown yet"]);

/** The look of a slot. */
export function lookOf({ owner, state }: RingSlot): SlotLook {
  if (owner === "none") return "none";
  if (owner === "device") return "device";
  return EMPTY_STATES.has(state) ? "free" : "waiting";
}

/** What the key says of a look. */
export const LOOK_TEXT: Readonly<Record<SlotLook, string>> = {
  device: "the device’s",
  waiting: "the driver’s, something waits",
  free: "the driver’s",
  none: "nobody’s",
};
