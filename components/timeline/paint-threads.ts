import type { PacketRows } from "../flow/packet-rows.ts";
import type { Brush } from "./brush.ts";
import { laneOfRow } from "./lane-order.ts";
import type { RowIndex } from "./row-index.ts";
import { type Scene, xOf } from "./scene.ts";

/** Room for the dot at a thread's end. */
const END_PX = 8;

/** Where a thread bends, in CSS pixels of the plot. */
export interface ThreadPoint {
  readonly x: number;
  readonly y: number;
}

/** The rows of one packet joined by a line from lane to lane, so that the eye can follow it. */
export function paintThread(
  { context, palette }: Brush,
  points: readonly ThreadPoint[],
  isChosen: boolean,
): void {
  if (points.length === 0) return;
  const trace = () => {
    context.beginPath();
    let lastY = Number.NaN;
    for (const { x, y } of points) {
      // Along its lane until it is handed over, then straight to the other lane.
      if (Number.isNaN(lastY)) context.moveTo(x, y);
      else context.lineTo(x, lastY);
      context.lineTo(x, y);
      lastY = y;
    }
    context.stroke();
  };
  context.lineJoin = "round";
  if (isChosen) {
    // A rim of paper keeps the thread apart from what it passes.
    context.strokeStyle = palette.paper;
    context.lineWidth = 3.25 * palette.stroke;
    trace();
  }
  context.strokeStyle = isChosen ? palette.ink : palette.muted;
  context.lineWidth = (isChosen ? 1.25 : 0.75) * palette.stroke;
  trace();
  if (!isChosen) return;
  context.fillStyle = palette.ink;
  for (const { x, y } of [points[0], points.at(-1)].filter((point) => point !== undefined)) {
    context.beginPath();
    context.arc(x, y, 3 * palette.stroke, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * Where a packet's thread bends: at each row that takes time, without those that fall on the same
 * pixel. Moments are left out, as an access that exits stands in the guest's lane while the host is
 * at work on it: the thread crosses the line only where control does.
 */
export function threadPoints(
  scene: Scene,
  { trace, order }: RowIndex,
  rows: Int32Array,
): readonly ThreadPoint[] {
  const points: ThreadPoint[] = [];
  const lasting = rows.filter((row) => (trace.durationCycles[row] as number) > 0);
  const sorted = (lasting.length > 0 ? lasting : rows).toSorted(
    (one, other) => (trace.startCycles[one] as number) - (trace.startCycles[other] as number),
  );
  for (const row of sorted) {
    const laid = scene.layout.lanes[laneOfRow(order, trace, row)];
    if (laid === undefined) continue;
    const x = xOf(scene, trace.startCycles[row] as number);
    // Along the lane's own rule, where nothing is written.
    const y = laid.top + laid.height - 4;
    const last = points.at(-1);
    if (last !== undefined && last.y === y && x - last.x < 1) continue;
    points.push({ x, y });
  }
  return points;
}

/** Whether something of a thread can be seen, its ends' dots among it. */
export function isThreadInView(points: readonly ThreadPoint[], plotPx: number): boolean {
  const [first] = points;
  const last = points.at(-1);
  return first !== undefined && last !== undefined && first.x < plotPx + END_PX && last.x > -END_PX;
}

/** Packets, counted from 0, of rows in view; in their order, and no more than can be told apart. */
export function packetsOf(
  index: RowIndex,
  rows: Iterable<number>,
  most: number,
): readonly number[] {
  const found = new Set<number>();
  for (const row of rows) {
    const packet = index.trace.packet[row] as number;
    if (packet >= 0) found.add(packet);
    if (found.size > most) return [];
  }
  return [...found].sort((one, other) => one - other);
}

/** Draws the threads of packets faintly. */
export function paintOtherThreads(
  brush: Brush,
  scene: Scene,
  index: RowIndex,
  packets: PacketRows,
  shown: readonly number[],
): void {
  for (const packet of shown) {
    paintThread(brush, threadPoints(scene, index, packets.of(packet)), false);
  }
}
