import { ACTORS, type CategoryName, type Entry, type PriceList, total } from "#engine";
import { toneOf } from "../flow/lane.ts";
import type { CostPart, CostTone } from "./bar.ts";

/** Which piece of a bar an entry belongs to. */
export function partIdOf({ category, actor }: Pick<Entry, "category" | "actor">): string {
  return `${category}.${toneOfEntry(category, actor)}`;
}

/** The pieces of a bar: what each actor spends on each category. */
export function partsOf(work: readonly Entry[], prices: PriceList): CostPart[] {
  const ids = [...new Set(work.map(partIdOf))];
  return ids.flatMap((id): CostPart[] => {
    const same = work.filter((entry) => partIdOf(entry) === id);
    const [first] = same;
    const cycles = total({ prices }, same);
    if (first === undefined || cycles.typical === 0) return [];
    const assumed = same.filter(({ cost }) => prices.prices[cost].known.evidence === "assumed");
    return [
      {
        id,
        category: first.category,
        tone: toneOfEntry(first.category, first.actor),
        cycles,
        assumedCycles: assumed.reduce((sum, entry) => sum + entry.cycles.typical, 0),
      },
    ];
  });
}

/** The tone of an entry: what leaves and enters a guest is the line's own. */
export function toneOfEntry(category: CategoryName, actor: Entry["actor"]): CostTone {
  return category === "transition" ? "boundary" : toneOf(ACTORS[actor].code);
}
