import type { EntryLayout } from "./entry-layout.ts";
import type { RingMarker, RingSlot, RingState, SlotField } from "./ring-state.ts";

/** A field as it stands at a moment. */
export type FieldDraft = Omit<SlotField, "before">;

/** A slot as it stands at a moment, its fields still to be decoded. */
export interface SlotDraft
  extends Omit<RingSlot, "ownerBefore" | "fields" | "changed" | "indirect" | "packet"> {
  readonly decode: () => readonly FieldDraft[];
  readonly indirect?: readonly SlotDraft[];
  /** A value outside memory that belongs to the slot: its register. */
  readonly register?: number;
}

/** A ring as it stands at a moment. */
export interface RingDraft extends Omit<RingState, "slots" | "markers" | "changed"> {
  readonly slots: readonly SlotDraft[];
  readonly markers: readonly Omit<RingMarker, "before">[];
}

/** What a field's value means in words. */
export type FieldText = (name: string, value: number) => string;

/** Reads the fields of an entry; values of 8 bytes are exact below 2^53, which every address is. */
export function readFields(
  data: DataView,
  at: number,
  layout: EntryLayout,
  text: FieldText,
): FieldDraft[] {
  return layout.fields.map(([offset, name, size], i) => {
    const sizeBytes = size ?? (layout.fields[i + 1]?.[0] ?? layout.bytes) - offset;
    const value = readNumber(data, at + offset, sizeBytes);
    return { name, value, sizeBytes, text: text(name, value) };
  });
}

/** A little-endian number of 1, 2, 4 or 8 bytes; exact below 2^53. */
export function readNumber(data: DataView, at: number, sizeBytes: number): number {
  if (sizeBytes === 1) return data.getUint8(at);
  if (sizeBytes === 2) return data.getUint16(at, true);
  if (sizeBytes === 4) return data.getUint32(at, true);
  return data.getUint32(at + 4, true) * 4294967296 + data.getUint32(at, true);
}

/** The names of the bits that are set, in the order of the table. */
export function flagText(value: number, flags: Readonly<Record<string, number>>): string {
  return Object.entries(flags)
    .filter(([, bit]) => (value & bit) !== 0)
    .map(([name]) => name)
    .join(" ");
}

/** Joins what is not empty. */
export function joinText(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

/** "1 byte", "60 bytes". */
export function bytesText(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

/** How far it is from one index to a later one, in a ring of `size`. */
export function distance(from: number, to: number, size: number): number {
  return (((to - from) % size) + size) % size;
}
