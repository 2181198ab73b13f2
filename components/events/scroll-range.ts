/** The tallest content that every browser draws: Firefox ends near 17.8 million pixels. */
const CONTENT_MAX_PX = 8e6;

/** How a scrollbar stands for rows of equal height, also for more of them than a browser can scroll. */
export interface ScrollRange {
  /** Height of all rows. */
  readonly rowsPx: number;
  /** Height that is scrolled through. */
  readonly contentPx: number;
  readonly viewPx: number;
  readonly scrollMax: number;
  /** The largest distance of the view's top from the first row's. */
  readonly offsetMax: number;
}

/** The range of so many rows in a view. */
export function scrollRange(rowCount: number, rowPx: number, viewPx: number): ScrollRange {
  const rowsPx = rowCount * rowPx;
  const contentPx = Math.min(rowsPx, CONTENT_MAX_PX);
  const scrollMax = Math.max(0, contentPx - viewPx);
  return { rowsPx, contentPx, viewPx, scrollMax, offsetMax: Math.max(0, rowsPx - viewPx) };
}

/** Where the scrollbar stands for an offset. */
export function scrollOfOffset({ scrollMax, offsetMax }: ScrollRange, offset: number): number {
  return offsetMax === 0 ? 0 : (offset / offsetMax) * scrollMax;
}

/**
 * The offset after the reader scrolled. A short way is gone pixel by pixel, also where the scrollbar
 * stands for more than it can hold; a long way and the ends go by where the scrollbar is.
 */
export function offsetAfterScroll(
  range: ScrollRange,
  offset: number,
  fromScroll: number,
  toScroll: number,
): number {
  const { contentPx, rowsPx, scrollMax, offsetMax, viewPx } = range;
  if (contentPx === rowsPx) return clamp(toScroll, 0, offsetMax);
  if (toScroll <= 0) return 0;
  if (toScroll >= scrollMax - 1) return offsetMax;
  const way = toScroll - fromScroll;
  if (Math.abs(way) <= viewPx) return clamp(offset + way, 0, offsetMax);
  return (toScroll / scrollMax) * offsetMax;
}

/** The offset at which a row is in view: as it is when it is already, else with the row in the middle. */
export function offsetShowing(
  { offsetMax, viewPx }: ScrollRange,
  offset: number,
  place: number,
  rowPx: number,
): number {
  const top = place * rowPx;
  if (top >= offset && top + rowPx <= offset + viewPx) return clamp(offset, 0, offsetMax);
  const isNear = top >= offset - rowPx && top + rowPx <= offset + viewPx + rowPx;
  if (isNear) return clamp(top < offset ? top : top + rowPx - viewPx, 0, offsetMax);
  return clamp(top - (viewPx - rowPx) / 2, 0, offsetMax);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
