import type { TimelineLane } from "./lane-order.ts";

/** How large a timeline is laid out; lengths in CSS pixels. */
export interface TimelineSize {
  readonly widthPx: number;
  /** How much larger type is than on a desk. */
  readonly typeScale: number;
}

/** A lane with its place. */
export interface LaidLane {
  readonly lane: TimelineLane;
  readonly top: number;
  readonly height: number;
  /** Where its spans begin, level by level. */
  readonly spanTop: number;
  readonly levels: number;
  /** Middle of the marks of moments, below the spans. */
  readonly momentY: number;
}

/** A resource's lanes. */
export interface LaidGroup {
  readonly label: string;
  readonly top: number;
  readonly bottom: number;
}

/** Where everything stands from top to bottom, and nothing of how it looks. */
export interface TimelineLayout {
  /** Width of what time runs along, without the lanes' names. */
  readonly plotPx: number;
  readonly namesPx: number;
  /** Whether names stand above their lanes instead of beside them. */
  readonly isNarrow: boolean;
  readonly lanes: readonly LaidLane[];
  readonly groups: readonly LaidGroup[];
  /** Heights of the line between guest and host, one for each resource that runs guest code. */
  readonly lineYs: readonly number[];
  readonly levelPx: number;
  readonly fontPx: number;
  /** Lower edge of the axis of time, where the lanes begin. */
  readonly axisPx: number;
  readonly lanesBottom: number;
  /** The lane of cycles. */
  readonly cyclesTop: number;
  readonly cyclesBottom: number;
  readonly heightPx: number;
}

const NARROW_PX = 640;
const NAMES_PX = 136;

/** Lays out lanes that need so many levels each. */
export function layOutTimeline(
  lanes: readonly TimelineLane[],
  levels: Uint8Array,
  { widthPx, typeScale }: TimelineSize,
): TimelineLayout {
  const isNarrow = widthPx < NARROW_PX;
  const namesPx = isNarrow ? 0 : Math.round(NAMES_PX * typeScale);
  const fontPx = 12 * typeScale;
  const levelPx = Math.round(16 * typeScale);
  const axisPx = Math.round(28 * typeScale);
  const linePx = Math.round(24 * typeScale);
  let top = axisPx + 4;
  const laid: LaidLane[] = [];
  const groups: LaidGroup[] = [];
  const lineYs: number[] = [];
  for (const [at, lane] of lanes.entries()) {
    if (lane.opensGroup && at > 0) top += 8;
    const groupTop = lane.opensGroup ? top : (groups.at(-1)?.top ?? top);
    const nameRoom = isNarrow ? Math.round(18 * typeScale) : 4;
    const count = levels[at] ?? 1;
    const spanTop = top + nameRoom;
    const momentY = spanTop + count * levelPx + Math.round(8 * typeScale);
    const height = momentY + Math.round(12 * typeScale) - top;
    laid.push({ lane, top, height, spanTop, levels: count, momentY });
    top += height;
    if (lane.opensGroup) groups.push({ label: lane.resourceLabel, top: groupTop, bottom: top });
    else groups[groups.length - 1] = { label: lane.resourceLabel, top: groupTop, bottom: top };
    const next = lanes[at + 1];
    const isLastOfGuest =
      lane.isGuest && !(next?.isGuest === true && next.resource === lane.resource);
    if (!isLastOfGuest) continue;
    lineYs.push(top + linePx / 2);
    top += linePx;
  }
  const lanesBottom = top + 8;
  const cyclesTop = lanesBottom + Math.round((isNarrow ? 28 : 12) * typeScale);
  const cyclesBottom = cyclesTop + Math.round(64 * typeScale);
  return {
    plotPx: Math.max(120, widthPx - namesPx),
    namesPx,
    isNarrow,
    lanes: laid,
    groups,
    lineYs,
    levelPx,
    fontPx,
    axisPx,
    lanesBottom,
    cyclesTop,
    cyclesBottom,
    heightPx: cyclesBottom + Math.round(24 * typeScale),
  };
}
