import type { CrossingLayout, LaidBlock } from "./layout.ts";

/** A point in CSS pixels. */
export type Point = readonly [x: number, y: number];

/** How far ways down and ways up keep apart from the middle, so that both can be seen. */
const APART_PX = 6;
const CORNER_PX = 7;
/** Distance of a way from the row of blocks above it. */
const WAY_PX = 10;

/**
 * The way between two blocks: out of the one, through the channels between rows and the alleys between
 * columns, and into the other. It never runs over a block.
 */
export function routeOf(layout: CrossingLayout, from: LaidBlock, to: LaidBlock): Point[] {
  const { scale } = layout;
  const down = to.row > from.row;
  const side = from.row === to.row ? (to.x > from.x ? -1 : 1) : down ? -1 : 1;
  const apart = side * APART_PX * scale;
  const startX = portX(from, to, apart);
  const endX = portX(to, from, apart);
  if (from.row === to.row) {
    const y = channelAbove(layout, from.row) + apart / 2;
    return [
      [startX, from.y],
      [startX, y],
      [endX, y],
      [endX, to.y],
    ];
  }
  const startY = down ? from.y + from.height : from.y;
  const endY = down ? to.y : to.y + to.height;
  const first =
    (down ? channelBelow(layout, from.row) : channelAbove(layout, from.row)) + apart / 2;
  const last = (down ? channelAbove(layout, to.row) : channelBelow(layout, to.row)) + apart / 2;
  const start: Point[] = [
    [startX, startY],
    [startX, first],
  ];
  const end: Point[] = [
    [endX, last],
    [endX, endY],
  ];
  if (Math.abs(to.row - from.row) === 1) return [...start, [endX, first], [endX, endY]];
  const alley = nearestAlley(layout, startX, endX) + apart / 2;
  return [...start, [alley, first], [alley, last], ...end];
}

/** Where a way meets a block: at its middle, or, when it spans the columns, above or below the other. */
function portX(block: LaidBlock, other: LaidBlock, apart: number): number {
  const middle = block.x + block.width / 2;
  const wide = block.width > 2 * other.width;
  return (wide ? other.x + other.width / 2 : middle) + apart;
}

/** Ways run in the upper part of a channel; the lower part is for words. */
function channelBelow({ rows, scale }: CrossingLayout, row: number): number {
  return (rows[row]?.bottom ?? 0) + WAY_PX * scale;
}

function channelAbove({ rows, lineRow, scale }: CrossingLayout, row: number): number {
  const top = rows[row]?.top ?? 0;
  // Below the line words come first, then the way.
  if (row === lineRow || row === 0) return top - WAY_PX * scale;
  return (rows[row - 1]?.bottom ?? 0) + WAY_PX * scale;
}

function nearestAlley({ alleys }: CrossingLayout, startX: number, endX: number): number {
  const detour = (x: number) => Math.abs(x - startX) + Math.abs(x - endX);
  return alleys.toSorted((one, other) => detour(one) - detour(other))[0] ?? 0;
}

/** A way as a path with rounded corners. */
export function pathOf(points: readonly Point[], scale: number): string {
  const way = withoutDoubles(points);
  const [first, ...rest] = way;
  if (first === undefined) return "";
  const parts = [`M${first[0]},${first[1]}`];
  rest.forEach((point, index) => {
    const before = way[index] ?? first;
    const after = rest[index + 1];
    if (after === undefined) parts.push(`L${point[0]},${point[1]}`);
    else parts.push(corner(before, point, after, CORNER_PX * scale));
  });
  return parts.join(" ");
}

function corner(before: Point, at: Point, after: Point, radius: number): string {
  const enter = towards(at, before, radius);
  const leave = towards(at, after, radius);
  return `L${enter[0]},${enter[1]} Q${at[0]},${at[1]} ${leave[0]},${leave[1]}`;
}

/** The point `by` pixels from one point towards another, at most half the way. */
function towards(from: Point, to: Point, by: number): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const part = length === 0 ? 0 : Math.min(by, length / 2) / length;
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}

function withoutDoubles(points: readonly Point[]): Point[] {
  return points.filter((point, index) => {
    const before = points[index - 1];
    return before === undefined || Math.hypot(point[0] - before[0], point[1] - before[1]) > 0.5;
  });
}

/** Where a way meets the line between guest and host, or undefined when it stays on its side. */
export function crossingPoint(points: readonly Point[], lineY: number): Point | undefined {
  for (let index = 1; index < points.length; index++) {
    const [x1, y1] = points[index - 1] as Point;
    const [x2, y2] = points[index] as Point;
    if ((y1 - lineY) * (y2 - lineY) < 0 && x1 === x2) return [x1, lineY];
  }
  return undefined;
}
