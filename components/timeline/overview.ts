import { type SVGTemplateResult, svg } from "lit";
import type { Brush } from "./brush.ts";
import { columnBorders, laneColumns } from "./columns.ts";
import type { TimelineLane } from "./lane-order.ts";
import type { RowIndex } from "./row-index.ts";
import type { TimeMap } from "./time-map.ts";
import type { AxisWindow } from "./window.ts";

/** Height of a lane in the overview, and of the gap where the line runs. */
const LANE_PX = 5;
const LINE_PX = 4;
/** Wide enough to be pointed at, even when the window is a sliver. */
const WINDOW_PX_MIN = 6;

/** How high the overview of so many lanes is. */
export function overviewHeight(laneCount: number, typeScale: number): number {
  return Math.max(32, Math.round((laneCount * LANE_PX + LINE_PX) * typeScale));
}

/** The whole run in small: a strip for each lane, the darker the busier. */
export function paintOverview(
  { context, palette }: Brush,
  index: RowIndex,
  map: TimeMap,
  widthPx: number,
  heightPx: number,
): void {
  const { lanes } = index.order;
  context.fillStyle = palette.paper;
  context.fillRect(0, 0, widthPx, heightPx);
  const columnCount = Math.round(widthPx);
  const window: AxisWindow = { from: 0, to: map.axisCycles };
  const borders = columnBorders(map, window, columnCount);
  const columnCycles = map.axisCycles / columnCount;
  const stripPx = (heightPx - LINE_PX) / lanes.length;
  let top = 0;
  for (const lane of lanes) {
    const { busyCycles } = laneColumns(index, lane.index, borders);
    context.fillStyle = palette.tones[lane.tone];
    for (let column = 0; column < columnCount; column++) {
      const share = Math.min(1, (busyCycles[column] as number) / columnCycles);
      if (share <= 0) continue;
      context.globalAlpha = 0.25 + 0.75 * share;
      context.fillRect(column, top, 1, stripPx - 1);
    }
    context.globalAlpha = 1;
    top += stripPx;
    if (!isLastOfGuest(lane, lanes)) continue;
    context.fillStyle = palette.boundary;
    context.fillRect(0, top, widthPx, 2);
    top += LINE_PX;
  }
}

function isLastOfGuest(lane: TimelineLane, lanes: readonly TimelineLane[]): boolean {
  return lane.isGuest && lanes[lane.index + 1]?.isGuest !== true;
}

/** Where the window stands in the overview. */
export function windowBox(
  { from, to }: AxisWindow,
  axisCycles: number,
  widthPx: number,
): { readonly x: number; readonly width: number } {
  const width = Math.max(WINDOW_PX_MIN, ((to - from) / axisCycles) * widthPx);
  const middle = ((from + to) / 2 / axisCycles) * widthPx;
  const x = Math.min(Math.max(0, middle - width / 2), widthPx - width);
  return { x, width };
}

/** The window's frame and what it leaves in shade; moved by {@link placeWindow}. */
export function windowFrame(heightPx: number): SVGTemplateResult {
  return svg`
    <rect class="shade before" y="0" height=${heightPx}></rect>
    <rect class="shade after" y="0" height=${heightPx}></rect>
    <rect class="window" y="1" height=${heightPx - 2}></rect>
    <rect class="grip from" y=${heightPx / 2 - 8} width="4" height="16" rx="2"></rect>
    <rect class="grip to" y=${heightPx / 2 - 8} width="4" height="16" rx="2"></rect>
  `;
}

/** Moves the window's frame without drawing anything anew. */
export function placeWindow(
  root: ParentNode,
  box: { x: number; width: number },
  widthPx: number,
): void {
  const set = (name: string, x: number, width?: number) => {
    const element = root.querySelector(`.overview .${name}`);
    element?.setAttribute("x", String(x));
    if (width !== undefined) element?.setAttribute("width", String(Math.max(0, width)));
  };
  set("before", 0, box.x);
  set("after", box.x + box.width, widthPx - box.x - box.width);
  set("window", box.x, box.width);
  set("from", box.x - 2);
  set("to", box.x + box.width - 2);
}

/** What a drag in the overview moves: an edge of the window, the window, or a new one. */
export type BrushPart = "from" | "to" | "window" | "new";

/** The part of the window at a place; a window of everything cannot move, so a new one begins in it. */
export function brushPartAt(
  x: number,
  box: { x: number; width: number },
  widthPx: number,
): BrushPart {
  const reach = Math.min(10, Math.max(4, box.width / 3));
  if (Math.abs(x - box.x) <= reach) return "from";
  if (Math.abs(x - box.x - box.width) <= reach) return "to";
  if (box.width >= widthPx - 1) return "new";
  return x > box.x && x < box.x + box.width ? "window" : "new";
}
