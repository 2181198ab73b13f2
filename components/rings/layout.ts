import type { RingState } from "#engine";
import { layOutRound, ROUND_SLOTS_MAX, type RoundLayout } from "./round-layout.ts";
import { layOutStrip, type StripLayout } from "./strip-layout.ts";

/** A ring as it is drawn. */
export type RingLayout = RoundLayout | StripLayout;

/**
 * Lays rings out: round up to 64 slots, as a folded strip beyond. Round rings have their middles at
 * the same height, the strips of a group their first rows.
 */
export function layOutRings(
  rings: readonly RingState[],
  typeScale: number,
): ReadonlyMap<string, RingLayout> {
  const heights = new Map<string, number>();
  const layout = (ring: RingState): RingLayout => {
    const isRound = ring.slots.length <= ROUND_SLOTS_MAX;
    const key = isRound ? "" : ring.group;
    const height = heights.get(key) ?? 0;
    const placed = isRound
      ? layOutRound(ring, typeScale, height)
      : layOutStrip(ring, typeScale, height);
    const own = placed.kind === "round" ? placed.middlePx : (placed.rows[0]?.y ?? 0);
    heights.set(key, Math.max(height, own));
    return placed;
  };
  for (const ring of rings) layout(ring);
  return new Map(rings.map((ring) => [ring.id, layout(ring)]));
}

/** A slot by its ring's id and its index. */
export interface SlotPlace {
  readonly ring: string;
  readonly index: number;
}

/**
 * Slots that belong to a slot: the rest of its chain, the descriptor it speaks of, and the entries of
 * other rings that speak of it now.
 */
export function linkedSlots(rings: readonly RingState[], chosen: SlotPlace): SlotPlace[] {
  const ring = rings.find(({ id }) => id === chosen.ring);
  const slot = ring?.slots[chosen.index];
  if (ring === undefined || slot === undefined) return [];
  const target = slot.refersTo ?? chosen;
  const described = rings.find(({ id }) => id === target.ring);
  const chain = chainOf(described, target.index).map((index) => ({ ring: target.ring, index }));
  const heads = new Set(chain.map(({ index }) => index));
  const entries = rings.flatMap(({ id, slots, unit }) =>
    id === target.ring || unit === "byte"
      ? []
      : slots.flatMap(({ refersTo, index, state }) =>
          refersTo?.ring === target.ring && heads.has(refersTo.index) && state !== "free"
            ? [{ ring: id, index }]
            : [],
        ),
  );
  return [...chain, ...entries].filter(
    (place) => place.ring !== chosen.ring || place.index !== chosen.index,
  );
}

/** A descriptor and those that follow it in its chain, each once. */
export function chainOf(ring: RingState | undefined, first: number): number[] {
  const found: number[] = [];
  for (let at: number | undefined = first; at !== undefined && !found.includes(at); ) {
    const slot: RingState["slots"][number] | undefined = ring?.slots[at];
    if (slot === undefined) break;
    found.push(at);
    at = slot.next;
  }
  return found;
}
