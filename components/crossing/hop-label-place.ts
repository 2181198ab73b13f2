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
  const rightRoom = width - x - GAP_PX * scale;
  const leftRoom = x - GAP_PX * scale;
  const anchor =
    smallTextWidth(label, scale) <= rightRoom || rightRoom >= leftRoom ? "start" : "end";
  const text = fittedText([label], anchor === "start" ? rightRoom : leftRoom, scale);
  const textWidth = smallTextWidth(text, scale);
  const wanted = anchor === "start" ? x + GAP_PX * scale : x - GAP_PX * scale;
  const start = anchor === "end" ? wanted : besideLabel(layout, y, wanted, textWidth);
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

/** Where a layer's own label stands left of the words, they begin behind it. */
function besideLabel(
  { bands, compact, lineY, scale, width }: CrossingLayout,
  y: number,
  x: number,
  textWidth: number,
): number {
  const near = (at: number) => Math.abs(at - y) < LINE_HEIGHT_PX * scale;
  const label = compact ? bands.find(({ labelY }) => near(labelY))?.label : undefined;
  const words = label ?? (near(lineY + BELOW_LINE_PX * scale) ? "host" : "");
  if (words === "") return x;
  const end = smallTextWidth(words, scale) * 1.1 + GAP_PX * scale;
  return Math.min(Math.max(x, end), Math.max(0, width - textWidth));
}
