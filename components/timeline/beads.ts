import type { RowBox } from "./row-boxes.ts";

/** Marks of moments that stand at the same place of a lane. */
export interface BeadGroup {
  readonly lane: number;
  readonly x: number;
  /** From the first to the last. */
  readonly boxes: readonly RowBox[];
  /** Room up to the next group of the lane. */
  readonly roomPx: number;
}

/** Moments that are closer than this stand together: no zoom can part what takes no time. */
const TOGETHER_PX = 1;

/** Groups the moments among boxes, lane by lane in the order of time. */
export function beadGroups(boxes: readonly RowBox[], plotPx: number): BeadGroup[] {
  const groups: { lane: number; x: number; boxes: RowBox[] }[] = [];
  for (const box of boxes) {
    if (!box.isMoment) continue;
    const last = groups.at(-1);
    if (last !== undefined && last.lane === box.lane && box.x - last.x < TOGETHER_PX)
      last.boxes.push(box);
    else groups.push({ lane: box.lane, x: box.x, boxes: [box] });
  }
  return groups.map((group, at) => {
    const next = groups[at + 1];
    const end = next !== undefined && next.lane === group.lane ? next.x : plotPx;
    return { ...group, roomPx: end - group.x };
  });
}
