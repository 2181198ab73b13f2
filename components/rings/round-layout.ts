import type { RingMarker, RingState } from "#engine";
import { arc, pie, type PieArcDatum } from "d3-shape";
import type { RingSlot } from "#engine";
import { lookOf, type SlotLook } from "./slot-look.ts";

/** Most slots that are drawn as a ring; more are a folded strip. */
export const ROUND_SLOTS_MAX = 64;

const LABEL_LINE_PX = 14;
const POINTER_PX = 10;
const OUTER_PX = 70;
/** Room for a label on either side, and for its pointer. */
const LABEL_PX = 88;
const ROOM_PX = 18;

/** A slot of a ring that is drawn round. */
export interface RoundSlot {
  readonly slot: RingSlot;
  readonly look: SlotLook;
  /** Its outline, around the middle of the drawing. */
  readonly path: string;
  /** A line along its outer edge: the mark of a change. */
  readonly edge: string;
}

/** Markers that point to the same place, with their label outside the ring. */
export interface RoundMarker {
  readonly markers: readonly RingMarker[];
  /** The pointer's tip at the ring, its foot, and where the label begins. */
  readonly tip: Point;
  readonly foot: Point;
  readonly label: Point;
  readonly anchor: "start" | "end";
}

/** A point in pixels from the middle. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A ring drawn round. */
export interface RoundLayout {
  readonly kind: "round";
  readonly widthPx: number;
  readonly heightPx: number;
  /** How far below the upper edge the middle is. */
  readonly middlePx: number;
  readonly slots: readonly RoundSlot[];
  readonly markers: readonly RoundMarker[];
}

/**
 * Lays a ring out around a middle: slot 0 begins at the top, indices run clockwise; labels stand on
 * both sides and keep out of each other's way.
 * @param typeScale Size of type against its normal one.
 * @param middlePx How far below its upper edge the middle is at least, so that rings are level.
 */
export function layOutRound(ring: RingState, typeScale: number, middlePx = 0): RoundLayout {
  const outer = OUTER_PX;
  const inner = 42;
  const slices = pie<RingSlot>()
    .value((slot) => (ring.unit === "byte" ? slot.byteCount : 1))
    .sort(null)([...ring.slots]);
  const shape = arc<PieArcDatum<RingSlot>>()
    .innerRadius(inner)
    .outerRadius(outer)
    .padAngle(slices.length > 1 ? 0.016 : 0);
  const rim = arc<PieArcDatum<RingSlot>>()
    .innerRadius(outer + 2)
    .outerRadius(outer + 5);
  const slots = slices.map((slice) => ({
    slot: slice.data,
    look: lookOf(slice.data),
    path: shape(slice) ?? "",
    edge: rim(slice) ?? "",
  }));
  const markers = placeMarkers(ring, outer, typeScale);
  const line = LABEL_LINE_PX * typeScale;
  const below = markers.map(({ label, markers: at }) => label.y + at.length * 2 * line);
  const above = markers.map(({ label }) => line - label.y);
  const middle = Math.max(middlePx, outer + 8, ...above.map((height) => height + 6));
  return {
    kind: "round",
    widthPx: 2 * (outer + LABEL_PX * typeScale + ROOM_PX),
    heightPx: middle + Math.max(outer + 8, ...below),
    middlePx: middle,
    slots,
    markers,
  };
}

/** The angle of a place: a slot's middle, or a byte; clockwise from the top. */
function angleOf({ unit, size }: RingState, index: number): number {
  return ((index + (unit === "slot" ? 0.5 : 0)) / size) * 2 * Math.PI;
}

function placeMarkers(ring: RingState, outer: number, typeScale: number): RoundMarker[] {
  const byIndex = new Map<number, RingMarker[]>();
  for (const marker of ring.markers) {
    const list = byIndex.get(marker.index);
    if (list === undefined) byIndex.set(marker.index, [marker]);
    else list.push(marker);
  }
  const wanted = [...byIndex].map(([index, markers]) => {
    const angle = angleOf(ring, index);
    const at = (radius: number): Point => ({
      x: Math.sin(angle) * radius,
      y: -Math.cos(angle) * radius,
    });
    const right = Math.sin(angle) >= 0;
    const foot = at(outer + 6 + POINTER_PX);
    return { markers, tip: at(outer + 6), foot, right };
  });
  return [true, false].flatMap((right) => {
    const side = wanted
      .filter((each) => each.right === right)
      .toSorted((one, other) => one.foot.y - other.foot.y);
    let free = -Infinity;
    return side.map(({ markers, tip, foot }) => {
      const height = markers.length * 2 * LABEL_LINE_PX * typeScale;
      const y = Math.max(foot.y + 4 - height / 4, free);
      free = y + height + 2;
      const x = (outer + 6 + POINTER_PX + 4) * (right ? 1 : -1);
      return { markers, tip, foot, label: { x, y }, anchor: right ? "start" : "end" };
    });
  });
}
