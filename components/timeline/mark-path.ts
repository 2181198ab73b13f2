import { MARK_SHAPES, shapePath } from "../flow/mark-shape.ts";

const PATHS: (Path2D | undefined)[] = [];
const SIZES_MAX = 32;

/** The outline of a mark around the origin, in whole pixels; each is made once. */
export function markPath(shape: number, sizePx: number): Path2D {
  const size = Math.min(SIZES_MAX - 1, Math.round(sizePx));
  const key = shape * SIZES_MAX + size;
  const known = PATHS[key];
  if (known !== undefined) return known;
  const path = new Path2D();
  const mark = MARK_SHAPES[shape];
  if (mark !== undefined) {
    const turn = mark.turned === true ? new DOMMatrix().rotate(180) : new DOMMatrix();
    path.addPath(new Path2D(shapePath(mark, size)), turn);
  }
  PATHS[key] = path;
  return path;
}

/** Whether a mark is drawn as an outline. */
export function isHollow(shape: number): boolean {
  return MARK_SHAPES[shape]?.hollow === true;
}
