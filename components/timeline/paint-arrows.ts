import type { Arrow } from "./arrows.ts";
import type { Brush } from "./brush.ts";
import type { LaidLane } from "./layout.ts";
import { type Scene, xOf } from "./scene.ts";

const HEAD_PX = 4;

/** Hand-overs as arrows from lane to lane; those that cross the line in its colour. */
export function paintArrows(
  { context, palette }: Brush,
  scene: Scene,
  arrows: readonly Arrow[],
): void {
  const { layout } = scene;
  for (const { kind, fromLane, toLane, fromCycles, toCycles } of arrows) {
    const from = layout.lanes[fromLane];
    const to = layout.lanes[toLane];
    if (from === undefined || to === undefined) continue;
    const x1 = xOf(scene, fromCycles);
    const x2 = xOf(scene, toCycles);
    if (Math.max(x1, x2) < -20 || Math.min(x1, x2) > layout.plotPx + 20) continue;
    const isDown = toLane > fromLane;
    const y1 = edgeOf(from, isDown);
    const y2 = edgeOf(to, !isDown);
    const isCrossing = kind !== "pass";
    const isLine = kind === "exit" || kind === "entry";
    context.strokeStyle = isCrossing ? palette.boundary : palette.muted;
    context.fillStyle = context.strokeStyle;
    context.lineWidth = (isLine ? 2.5 : 1.25) * palette.stroke;
    context.setLineDash(!isLine && x2 - x1 > 24 ? [3, 3] : []);
    context.beginPath();
    context.moveTo(x1, y1);
    if (x2 - x1 < 2) context.lineTo(x2, y2);
    else {
      const middle = (y1 + y2) / 2;
      context.bezierCurveTo(x1, middle, x2, middle, x2, y2);
    }
    context.stroke();
    context.setLineDash([]);
    const tail = isDown ? -1.6 * HEAD_PX : 1.6 * HEAD_PX;
    context.beginPath();
    context.moveTo(x2, y2);
    context.lineTo(x2 - HEAD_PX, y2 + tail);
    context.lineTo(x2 + HEAD_PX, y2 + tail);
    context.fill();
  }
}

/** Where an arrow leaves or reaches a lane: below the spans, or above them. */
function edgeOf(lane: LaidLane, isBelow: boolean): number {
  return isBelow ? lane.top + lane.height - 4 : lane.spanTop;
}
