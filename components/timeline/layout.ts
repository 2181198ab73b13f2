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
  /** Its name in lines: the resource's above the actor's. */
  readonly nameLines: readonly NameLine[];
}

/** A line of a lane's name. */
export interface NameLine {
  readonly text: string;
  readonly isResource: boolean;
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
const NAMES_PX = { wide: 136, narrow: 78 } as const;
/** Characters of a name that stand in a line beside a narrow drawing. */
const NARROW_CHARACTERS = 11;

/** Lays out lanes that need so many levels each. */
export function layOutTimeline(
  lanes: readonly TimelineLane[],
  levels: Uint8Array,
  { widthPx, typeScale }: TimelineSize,
): TimelineLayout {
  const isNarrow = widthPx < NARROW_PX;
  const namesPx = Math.round((isNarrow ? NAMES_PX.narrow : NAMES_PX.wide) * typeScale);
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
    const nameLines = linesOf(lane, isNarrow ? NARROW_CHARACTERS : Infinity);
    const count = levels[at] ?? 1;
    const spanTop = top + 4;
    const momentY = spanTop + count * levelPx + Math.round(8 * typeScale);
    const drawnPx = momentY + Math.round(12 * typeScale) - top;
    const height = Math.max(drawnPx, Math.ceil(nameLines.length * linePitch(fontPx)) + 4);
    laid.push({ lane, top, height, spanTop, levels: count, momentY, nameLines });
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
  const cyclesTop = lanesBottom + Math.round(24 * typeScale);
  const cyclesBottom = cyclesTop + Math.round(64 * typeScale);
  return {
    plotPx: Math.max(120, widthPx - namesPx),
    namesPx,
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

/** Distance of two lines of a name, by the size of its type. */
export function linePitch(fontPx: number): number {
  return fontPx * 1.2;
}

function linesOf(lane: TimelineLane, charactersMax: number): readonly NameLine[] {
  const resource = lane.opensGroup ? brokenName(lane.resourceName, charactersMax) : [];
  return [
    ...resource.map((text) => ({ text, isResource: true })),
    ...brokenName(lane.label, charactersMax).map((text) => ({ text, isResource: false })),
  ];
}

/** A name in lines of so many characters at most, broken between words. */
function brokenName(name: string, charactersMax: number): readonly string[] {
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    const joined = `${last} ${word}`;
    if (last === undefined || joined.length > charactersMax) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  return lines;
}
