import { hasLine } from "../flow/flow-run.ts";
import { cycleTicks, timeTicks, type TimeTicks } from "./axis-ticks.ts";
import { type Brush, face, widthOf } from "./brush.ts";
import type { Scene } from "./scene.ts";

/** What stands behind the rows: lanes, and where idle time is folded. */
export function paintGround({ context, palette }: Brush, scene: Scene): void {
  const { layout } = scene;
  context.fillStyle = palette.rule;
  for (const { top, height } of layout.lanes) {
    context.fillRect(0, top + height - 4, layout.plotPx, 1);
  }
  paintFolds({ context, palette }, scene);
}

/** The line between guest and host: the strongest stroke. */
export function paintLine({ context, palette }: Brush, { layout, run }: Scene): void {
  const lined = hasLine(run);
  context.strokeStyle = lined ? palette.boundary : palette.rule;
  context.lineWidth = lined ? 4 * palette.stroke : 1.5;
  context.setLineDash(lined ? [] : [6, 6]);
  for (const y of layout.lineYs) {
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(layout.plotPx, y);
    context.stroke();
  }
  context.setLineDash([]);
}

/** Folds closer than this are not marked one by one. */
const FOLDS_APART_PX = 10;

function paintFolds({ context, palette }: Pick<Brush, "context" | "palette">, scene: Scene): void {
  const { layout, map, window } = scene;
  const { from, to } = map.foldsBetween(window.from, window.to);
  if (to <= from || layout.plotPx / (to - from) < FOLDS_APART_PX) return;
  const perCycle = layout.plotPx / (window.to - window.from);
  context.strokeStyle = palette.muted;
  context.lineWidth = 1;
  context.beginPath();
  for (let fold = from; fold < to; fold++) {
    const x = (map.foldAxis(fold) + map.keptCycles / 2 - window.from) * perCycle;
    // Two slanted strokes break the axis, as on any broken axis; a dotted rule goes down from them.
    for (const shift of [-2, 2]) {
      context.moveTo(x + shift - 2, layout.axisPx + 5);
      context.lineTo(x + shift + 2, layout.axisPx - 5);
    }
    for (let y = layout.axisPx + 12; y < layout.lanesBottom; y += 6) {
      context.moveTo(x, y);
      context.lineTo(x, y + 2);
    }
  }
  context.stroke();
}

/** Time above the lanes, cycles below them. */
export function paintAxes(brush: Brush, scene: Scene): void {
  const { layout, map, window, run } = scene;
  const { context, palette } = brush;
  face(brush, "sans");
  const time = timeTicks(map, window, layout.plotPx, run.cyclesPerMicrosecond);
  paintTicks(brush, scene, time, layout.axisPx, -1);
  context.fillStyle = palette.muted;
  context.fillRect(0, layout.axisPx, layout.plotPx, 1);
  const cycles = cycleTicks(map, window, layout.plotPx);
  paintTicks(brush, scene, cycles, layout.cyclesBottom, 1);
}

function paintTicks(
  brush: Brush,
  scene: Scene,
  { ticks, unit }: TimeTicks,
  y: number,
  side: number,
): void {
  const { context, palette } = brush;
  const { layout } = scene;
  context.textBaseline = "middle";
  context.textAlign = "start";
  const textY = y + side * (6 + layout.fontPx / 2);
  context.fillStyle = palette.muted;
  const unitLeft = layout.plotPx - widthOf(brush, unit);
  context.fillText(unit, unitLeft, textY);
  for (const { x, label } of ticks) {
    context.fillRect(x, side < 0 ? y - 4 : y, 1, 4);
    const width = widthOf(brush, label);
    // Marks at the beginning are written inside the drawing, and the unit has the end.
    const left = Math.max(0, x - width / 2);
    if (left + width + 8 < unitLeft) context.fillText(label, left, textY);
  }
}
