import type { Lane } from "../flow/lane.ts";

/** Side of a pattern's tile, in CSS pixels. */
const TILE_PX = 6;

/** What each actor's pattern is drawn of: lines and dots that differ without colour. */
const STROKES: Readonly<
  Record<Lane["tone"], readonly (readonly [number, number, number, number])[]>
> = {
  guest: [],
  hypervisor: [[0, 6, 6, 0]],
  "device-model": [[0, 3, 6, 3]],
  "host-network": [[3, 0, 3, 6]],
  hardware: [
    [0, 6, 6, 0],
    [0, 0, 6, 6],
  ],
  wire: [
    [0, 3, 6, 3],
    [3, 0, 3, 6],
  ],
};

/** The fill of an actor where colours are the reader's: full for the guest, else a pattern of its own. */
export function actorPattern(
  context: CanvasRenderingContext2D,
  tone: Lane["tone"],
  color: string,
  paper: string,
): CanvasPattern | string {
  const strokes = STROKES[tone];
  if (strokes.length === 0) return color;
  const ratio = context.getTransform().a;
  const side = Math.max(4, Math.round(TILE_PX * ratio));
  const tile = new OffscreenCanvas(side, side);
  const drawing = tile.getContext("2d");
  if (drawing === null) return color;
  drawing.fillStyle = paper;
  drawing.fillRect(0, 0, side, side);
  drawing.strokeStyle = color;
  drawing.lineWidth = Math.max(1, 1.5 * ratio);
  drawing.scale(side / TILE_PX, side / TILE_PX);
  for (const [x1, y1, x2, y2] of strokes) {
    drawing.beginPath();
    drawing.moveTo(x1, y1);
    drawing.lineTo(x2, y2);
    drawing.stroke();
  }
  const pattern = context.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern ?? color;
}
