import type { Hop } from "./hop.ts";
import type { Box, CrossingLayout } from "./layout.ts";
import { crossingPoint, type Point } from "./route.ts";
import { fittedText, smallTextWidth } from "./text-fit.ts";

/** The words at an arrow: where they start or end, and the room they take. */
export interface HopLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
  readonly box: Box;
}

const GAP_PX = 8;
const LINE_HEIGHT_PX = 14;
/** Baseline below the line between guest and host, and above the row under a channel. */
const BELOW_LINE_PX = 17;
const ABOVE_ROW_PX = { wide: 6, compact: 11 } as const;

/** Places a hand-over's words: where it crosses the line, else where it ends; in a channel, never on a block. */
export function hopLabel(
  layout: CrossingLayout,
  points: readonly Point[],
  { label, crosses }: Pick<Hop, "label" | "crosses">,
): HopLabel | undefined {
  if (label === "") return undefined;
  const { scale, width, lineY } = layout;
  const [endX, endY] = points.at(-1) ?? [0, 0];
  const line = crosses ? crossingPoint(points, lineY) : undefined;
  const x = line?.[0] ?? endX;
  const y =
    line === undefined
      ? nextRowTop(layout, endY) - ABOVE_ROW_PX[layout.compact ? "compact" : "wide"] * scale
      : lineY + BELOW_LINE_PX * scale;
  const clearX = labelEnd(layout, y);
  const fromX = Math.max(x + GAP_PX * scale, clearX);
  const rightRoom = width - fromX;
  const leftRoom = x - GAP_PX * scale - clearX;
  const anchor =
    smallTextWidth(label, scale) <= rightRoom || rightRoom >= leftRoom ? "start" : "end";
  const text = fittedText([label], anchor === "start" ? rightRoom : leftRoom, scale);
  const textWidth = smallTextWidth(text, scale);
  const start = anchor === "start" ? fromX : x - GAP_PX * scale;
  return {
    text,
    x: start,
    y,
    anchor,
    box: {
      x: anchor === "start" ? start : start - textWidth,
      y: y - (LINE_HEIGHT_PX - 3) * scale,
      width: textWidth,
      height: LINE_HEIGHT_PX * scale,
    },
  };
}

/** Top of the row under the channel that a way ends in. */
function nextRowTop({ rows, height }: CrossingLayout, endY: number): number {
  return rows.find(({ top }) => top >= endY - 0.5)?.top ?? height;
}

/** Where the words begin that stand behind a layer's own label, or behind that of the host. */
function labelEnd({ bands, compact, lineY, scale }: CrossingLayout, y: number): number {
  const near = (at: number) => Math.abs(at - y) < LINE_HEIGHT_PX * scale;
  const band = compact ? bands.find(({ labelY }) => near(labelY)) : undefined;
  const words = band?.label ?? (near(lineY + BELOW_LINE_PX * scale) ? "host" : "");
  if (words === "") return 0;
  const from = bands[0]?.labelX ?? 0;
  return from + smallTextWidth(words, scale) * 1.1 + GAP_PX * scale;
}
