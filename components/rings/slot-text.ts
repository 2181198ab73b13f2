import type { RingSlot, RingState, SlotField } from "#engine";
import { grouped } from "../number-text.ts";

/** Whose a slot is and what is going on with it, as a sentence without its end. */
export function slotText(ring: RingState, slot: RingSlot): string {
  const { index, owner, ownerBefore, state, packet } = slot;
  const held = packet === undefined ? "" : ` (packet ${grouped(packet)})`;
  const whose = owner === "none" ? "nobody’s" : `the ${owner}’s`;
  const was = ownerBefore === undefined ? "" : `, until now the ${ownerBefore}’s`;
  const name = ring.unit === "byte" ? "part" : "slot";
  return `${name} ${grouped(index)}: ${whose}${was}, ${state}${held}`;
}

/** An address as it is written everywhere: eight hexadecimal digits. */
export function addressText(address: number): string {
  return `0x${address.toString(16).padStart(8, "0")}`;
}

/** A field's value in hexadecimal of its width; a count in decimal where it has no width. */
export function fieldText(value: number, { sizeBytes }: Pick<SlotField, "sizeBytes">): string {
  if (sizeBytes === 0) return grouped(value);
  return `0x${value.toString(16).padStart(2 * sizeBytes, "0")}`;
}

/** How many slots (or bytes) of a ring belong to a side. */
export function ownedBy({ slots, unit }: RingState, owner: RingSlot["owner"]): number {
  return slots.reduce(
    (sum, slot) => sum + (slot.owner === owner ? (unit === "byte" ? slot.byteCount : 1) : 0),
    0,
  );
}
