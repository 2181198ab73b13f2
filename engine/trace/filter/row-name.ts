import { KIND, KIND_COUNT } from "../schema.ts";
import type { RegisterNames } from "../sentence.ts";

/** 1 for kinds whose offset has a name: registers and fields of rings. */
export const NAMED_KINDS: Uint8Array = new Uint8Array(KIND_COUNT);
for (const kind of [
  KIND.mmioRead,
  KIND.mmioWrite,
  KIND.pioRead,
  KIND.pioWrite,
  KIND.ringLoad,
  KIND.ringStore,
]) {
  NAMED_KINDS[kind] = 1;
}

/** 1 for dictionary numbers whose name has this text in it, in any case. */
export function namesWith(names: readonly string[], text: string): Uint8Array {
  const wanted = text.toLowerCase();
  return Uint8Array.from(names, (name, id) =>
    id > 0 && name.toLowerCase().includes(wanted) ? 1 : 0,
  );
}

/** Whole names in any case; `*` stands for any letters. */
export function namePattern(text: string): (name: string) => boolean {
  const source = text
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  const pattern = new RegExp(`^${source}$`, "i");
  return (name) => pattern.test(name);
}

/** Offsets by dictionary number whose register or field has a name that fits. */
export function placesNamed(
  registers: RegisterNames,
  fits: (name: string) => boolean,
): ReadonlyMap<number, ReadonlySet<number>> {
  const places = new Map<number, Set<number>>();
  for (const [key, name] of registers) {
    if (!fits(name)) continue;
    const [where = 0, offset = 0] = key.split(":").map(Number);
    const offsets = places.get(where) ?? new Set();
    places.set(where, offsets.add(offset));
  }
  return places;
}
