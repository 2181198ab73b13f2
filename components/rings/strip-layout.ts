import type { RingMarker, RingState } from "#engine";
import { lookOf, type SlotLook } from "./slot-look.ts";

const LABEL_PX = 14;
const LETTER_PX = 7;
const GAP_PX = 4;

/** A stretch of slots in one row of a strip that look alike. */
export interface StripRun {
  readonly first: number;
  readonly count: number;
  readonly look: SlotLook;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A marker over its slot: the pointer stands on the slot's upper edge. */
export interface StripMarker {
  readonly marker: RingMarker;
  /** Middle of the slot, and the slot's upper edge. */
  readonly x: number;
  readonly y: number;
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: "start" | "end";
}

/** A row of slots. */
export interface StripRow {
  readonly first: number;
  readonly count: number;
  /** Upper edge. */
  readonly y: number;
}

/** A ring drawn as rows of slots, index 0 at the top left. */
export interface StripLayout {
  readonly kind: "strip";
  readonly widthPx: number;
  readonly heightPx: number;
  readonly columns: number;
  readonly cellPx: number;
  readonly rowPx: number;
  readonly rows: readonly StripRow[];
  readonly runs: readonly StripRun[];
  readonly markers: readonly StripMarker[];
}

/**
 * Lays a ring out as rows of slots; above each row stand the labels of the markers that point into
 * it, one above the other where they would meet.
 * @param typeScale Size of type against its normal one.
 * @param firstRowPx Where the first row begins at least, so that rings side by side are level.
 */
export function layOutStrip(ring: RingState, typeScale: number, firstRowPx = 0): StripLayout {
  const { size } = ring;
  const columns = size > 512 ? 64 : 32;
  const cellPx = 320 / columns;
  const rowPx = size > 256 ? 10 : 14;
  const rows: StripRow[] = [];
  const runs: StripRun[] = [];
  const markers: StripMarker[] = [];
  const width = columns * cellPx;
  let y = 0;
  for (let first = 0; first < size; first += columns) {
    const count = Math.min(columns, size - first);
    const inRow = ring.markers.filter(({ index }) => index >= first && index < first + count);
    const placed = placeLabels(inRow, first, cellPx, width, typeScale);
    const levels = placed.reduce((most, { level }) => Math.max(most, level + 1), 0);
    const needed = y + GAP_PX + (levels > 0 ? levels * LABEL_PX * typeScale + 6 : 0);
    const top = first === 0 ? Math.max(needed, firstRowPx) : needed;
    for (const { level, ...label } of placed) {
      const labelY = top - 8 - level * LABEL_PX * typeScale;
      markers.push({ ...label, y: top, labelY });
    }
    rows.push({ first, count, y: top });
    runs.push(...runsOf(ring, first, count, cellPx, top));
    y = top + rowPx;
  }
  return {
    kind: "strip",
    widthPx: width,
    heightPx: y + 4,
    columns,
    cellPx,
    rowPx,
    rows,
    runs,
    markers,
  };
}

/** Where a slot is: its left and upper edge. */
export function cellOf(
  layout: StripLayout,
  index: number,
): { readonly x: number; readonly y: number } {
  const { columns, cellPx, rows } = layout;
  return { x: (index % columns) * cellPx, y: rows[Math.floor(index / columns)]?.y ?? 0 };
}

/** The slot at a point, or -1 beside all slots: a row takes the space above it. */
export function slotAt(layout: StripLayout, x: number, y: number): number {
  const row = layout.rows.find((each) => y <= each.y + layout.rowPx);
  const column = Math.floor(x / layout.cellPx);
  if (row === undefined || column < 0 || column >= row.count) return -1;
  return row.first + column;
}

function runsOf(
  { slots }: RingState,
  first: number,
  count: number,
  cellPx: number,
  y: number,
): StripRun[] {
  const runs: { first: number; count: number; look: SlotLook }[] = [];
  for (const slot of slots.slice(first, first + count)) {
    const look = lookOf(slot);
    const last = runs.at(-1);
    if (last?.look === look) last.count++;
    else runs.push({ first: slot.index, count: 1, look });
  }
  return runs.map((run) => ({
    ...run,
    x: (run.first - first) * cellPx,
    y,
    width: run.count * cellPx,
  }));
}

interface PlacedLabel {
  readonly marker: RingMarker;
  readonly x: number;
  readonly labelX: number;
  readonly anchor: "start" | "end";
  readonly level: number;
}

function placeLabels(
  markers: readonly RingMarker[],
  first: number,
  cellPx: number,
  width: number,
  typeScale: number,
): PlacedLabel[] {
  /** By level: stretches that are taken. */
  const taken: (readonly [from: number, to: number])[][] = [];
  // From the right, so that no pointer crosses the label of one that stands to its right.
  const sorted = markers.toSorted((one, other) => other.index - one.index);
  return sorted.map((marker) => {
    const x = (marker.index - first + 0.5) * cellPx;
    const length = markerText(marker).length * LETTER_PX * typeScale + 8;
    const anchor = x + 4 + length > width ? "end" : "start";
    const labelX = anchor === "start" ? x + 4 : x - 4;
    const from = anchor === "start" ? labelX : labelX - length;
    let level = 0;
    while ((taken[level] ?? []).some(([left, right]) => left < from + length && right > from)) {
      level++;
    }
    (taken[level] ??= []).push([from, from + length]);
    return { marker, x, labelX, anchor, level };
  });
}

/** A marker's label as it is measured: its name, the value before where that changed, and the value. */
export function markerText({ name, value, before, wrap }: RingMarker): string {
  const round = wrap === undefined ? "" : ` wrap ${wrap}`;
  return before === undefined ? `${name} ${value}${round}` : `${name} ${before} ${value}${round}`;
}
