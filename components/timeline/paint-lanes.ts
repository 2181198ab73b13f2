import { percentText } from "../range-text.ts";
import { type Brush, face } from "./brush.ts";
import { columnBorders, exitColumns, laneColumns } from "./columns.ts";
import type { LaidLane } from "./layout.ts";
import { mixed } from "./palette.ts";
import { type PixelInk, plainInk } from "./pixel-field.ts";
import type { RowIndex } from "./row-index.ts";
import { type Scene, timeAt } from "./scene.ts";

/** What is busy at all is at least so high, in device pixels. */
const BAR_MIN = 2;

/** How busy each lane was in each pixel column: the bar's height is the share of the time. */
export function paintBusyShares(brush: Brush, scene: Scene, index: RowIndex): void {
  const { layout, window, map } = scene;
  const { palette, field, inks } = brush;
  const columnCount = Math.round(layout.plotPx);
  const borders = columnBorders(map, window, columnCount);
  const columnCycles = (window.to - window.from) / columnCount;
  for (const laid of layout.lanes) {
    const { busyCycles, polledCycles } = laneColumns(index, laid.lane.index, borders);
    const { tone } = laid.lane;
    const room = laneRoom(brush, laid);
    const bars = (cycles: Float64Array, ink: PixelInk) =>
      field.bars(room.bottom, heightsOf(cycles, columnCycles, room.height, field.width), ink);
    if (polledCycles !== undefined) bars(polledCycles, plainInk(palette.pales[tone]));
    bars(busyCycles, inks[tone]);
  }
}

/** The share of the time in view that each lane was busy, in words at its end. */
export function paintShareTexts(brush: Brush, scene: Scene, index: RowIndex): void {
  const { layout } = scene;
  const { context, palette } = brush;
  const from = timeAt(scene, 0);
  const to = timeAt(scene, layout.plotPx);
  face(brush, "sans");
  context.textAlign = "end";
  context.textBaseline = "middle";
  context.fillStyle = palette.muted;
  for (const { lane, spanTop } of layout.lanes) {
    const share = index.busyCycles(lane.index, from, to) / (to - from);
    const text = `${percentText(share)} busy`;
    context.fillText(text, layout.plotPx - 2, spanTop + layout.fontPx / 2 + 1);
  }
}

/** The same from a sample of the rows, while the others are read. */
export function paintCoarse(brush: Brush, scene: Scene): void {
  const { layout, coarse } = scene;
  const { field, inks } = brush;
  const columnPx = 6;
  const count = Math.ceil(layout.plotPx / columnPx);
  const perBin = coarse.binCount / (coarse.toCycles - coarse.fromCycles);
  for (const laid of layout.lanes) {
    const room = laneRoom(brush, laid);
    const shares = new Float64Array(count);
    for (let column = 0; column < count; column++) {
      const time = timeAt(scene, (column + 0.5) * columnPx);
      const bin = Math.floor((time - coarse.fromCycles) * perBin);
      const inside = Math.min(coarse.binCount - 1, Math.max(0, bin));
      shares[column] = coarse.shares[laid.lane.index * coarse.binCount + inside] ?? 0;
    }
    const heights = heightsOf(shares, 1, room.height, field.width);
    field.bars(room.bottom, heights, inks[laid.lane.tone]);
  }
}

function laneRoom(
  { ratio }: Brush,
  laid: LaidLane,
): { readonly bottom: number; readonly height: number } {
  const bottom = Math.round((laid.top + laid.height - 4) * ratio);
  return { bottom, height: bottom - Math.round(laid.spanTop * ratio) };
}

/** Heights of one bar a device pixel, from the columns' cycles. */
function heightsOf(
  cycles: Float64Array,
  columnCycles: number,
  room: number,
  width: number,
): Uint16Array {
  const heights = new Uint16Array(width);
  const perPixel = cycles.length / width;
  for (let x = 0; x < width; x++) {
    const own = cycles[Math.floor(x * perPixel)] as number;
    if (own <= 0) continue;
    heights[x] = Math.max(BAR_MIN, Math.round(Math.min(1, own / columnCycles) * room));
  }
  return heights;
}

/** VM exits on the line: how many in each column, as the height of a stroke through it. */
export function paintExits(brush: Brush, scene: Scene, index: RowIndex): void {
  const { layout, map, window } = scene;
  const { context, palette } = brush;
  const [lineY] = layout.lineYs;
  if (lineY === undefined) return;
  const columnPx = 2;
  const count = Math.round(layout.plotPx / columnPx);
  const exits = exitColumns(index, columnBorders(map, window, count));
  const most = exits.reduce((max, some) => Math.max(max, some), 0);
  if (most === 0) return;
  context.fillStyle = mixed(palette.boundary, palette.paper, 40);
  let runStart = 0;
  let runHeight = 0;
  for (let column = 0; column <= count; column++) {
    const some = exits[column] ?? 0;
    const half = some === 0 ? 0 : 3 + Math.round((5 * some) / most);
    if (column < count && half === runHeight) continue;
    if (runHeight > 0) {
      const width = (column - runStart) * columnPx;
      context.fillRect(runStart * columnPx, lineY - runHeight, width, 2 * runHeight);
    }
    runStart = column;
    runHeight = half;
  }
}
