import type { Brush } from "./brush.ts";
import { laneOfRow } from "./lane-order.ts";
import type { RowIndex } from "./row-index.ts";
import { type Scene, xOf } from "./scene.ts";

/** The selected row as a line of ink through all lanes, itself framed; a row pointed at has a frame. */
export function paintSelection(
  brush: Brush,
  scene: Scene,
  index: RowIndex,
  row: number,
  pointedRow: number,
): void {
  const { context, palette } = brush;
  const { layout, run } = scene;
  if (pointedRow >= 0 && pointedRow !== row) paintFrame(brush, scene, index, pointedRow, 1);
  if (!isSelectionInView(scene, row)) return;
  const x = xOf(scene, run.trace.startCycles[row] as number);
  const width = 2 * palette.stroke;
  context.fillStyle = palette.paper;
  context.fillRect(
    x - width / 2 - 1,
    layout.axisPx,
    width + 2,
    layout.cyclesBottom - layout.axisPx,
  );
  context.fillStyle = palette.ink;
  context.fillRect(
    x - width / 2,
    layout.axisPx - 6,
    width,
    layout.cyclesBottom - layout.axisPx + 6,
  );
  paintFrame(brush, scene, index, row, 2);
}

/** Whether the line of a selected row can be seen. */
export function isSelectionInView(scene: Scene, row: number): boolean {
  const start = scene.run.trace.startCycles[row];
  if (start === undefined) return false;
  const x = xOf(scene, start);
  return x >= -1 && x <= scene.layout.plotPx + 1;
}

function paintFrame(
  { context, palette }: Brush,
  scene: Scene,
  { trace, order, data }: RowIndex,
  row: number,
  weight: number,
): void {
  const { layout } = scene;
  const laid = layout.lanes[laneOfRow(order, trace, row)];
  if (laid === undefined) return;
  const start = trace.startCycles[row] as number;
  const duration = trace.durationCycles[row] as number;
  const x = xOf(scene, start);
  const end = xOf(scene, start + duration);
  context.strokeStyle = palette.ink;
  context.lineWidth = weight * palette.stroke;
  context.beginPath();
  if (duration > 0 && end - x >= 3) {
    const depth = Math.min(data.depths[row] as number, laid.levels - 1);
    const top = laid.spanTop + depth * layout.levelPx;
    const left = Math.max(x, -4);
    context.roundRect(
      left - 1,
      top - 1,
      Math.min(end, layout.plotPx + 4) - left + 1,
      layout.levelPx,
      2,
    );
  } else {
    context.arc(x, laid.momentY, 7.5, 0, 2 * Math.PI);
  }
  context.stroke();
}
