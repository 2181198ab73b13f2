import type { Trace } from "#engine";
import { scaleLinear, scalePoint } from "d3-scale";
import { curveBumpY, line } from "d3-shape";
import { type Axis, linearAxis } from "../chart/ticks.ts";
import { GUEST_LANES, LANES } from "../flow/lane.ts";
import type { AlignedPacket, Segment } from "./segment.ts";

/** How wide a column's drawing is, by the distance of two lanes. */
export interface LaneScale {
  /** Width of the drawing. */
  readonly width: number;
  /** Where the line between guest and host runs. */
  readonly lineX: number;
  /** Where a lane stands: the guest's left of the line, the host's right of it. */
  at(actor: number): number;
}

const LANE_PX = { min: 17, max: 28 } as const;
/** Room for the figures beside a drawing. */
const FACTS_PX = 200;
const LINE_ROOM_PX = 18;
const INSET_PX = 8;
const STEP_PX = 6;
const HEIGHT_PX = { min: 40, max: 144 } as const;
/** Marks of one lane that are closer than this are drawn as one. */
const APART_PX = 1;

/** Spreads the lanes over a column: closer where the column is narrow. */
export function laneScale(columnPx: number): LaneScale {
  const room = (columnPx - FACTS_PX - LINE_ROOM_PX - 2 * INSET_PX) / LANES.length;
  const lanePx = Math.round(Math.min(LANE_PX.max, Math.max(LANE_PX.min, room)));
  const at = (actor: number): number =>
    INSET_PX + actor * lanePx + (actor >= GUEST_LANES ? LINE_ROOM_PX : 0);
  const lineX = (at(GUEST_LANES - 1) + at(GUEST_LANES)) / 2;
  return { width: at(LANES.length - 1) + INSET_PX, lineX, at };
}

/** A step of the thread. */
export interface ThreadMark {
  readonly row: number;
  readonly actor: number;
  readonly x: number;
  readonly y: number;
}

/** The way of control through the lanes in one stage: time runs down. */
export interface Thread {
  readonly height: number;
  /** Distance of two steps. */
  readonly stepPx: number;
  readonly marks: readonly ThreadMark[];
  /** The way on one side of the line, and across it. */
  readonly way: string;
  readonly crossing: string;
}

/** The height of a row of the alignment: the longest of its stretches decides. */
export function rowHeight(segments: readonly Segment[]): number {
  const longest = Math.max(0, ...segments.map(({ rows }) => rows.length));
  return Math.min(HEIGHT_PX.max, Math.max(HEIGHT_PX.min, longest * STEP_PX));
}

/** Lays out a stage of one run: its steps spread over the row, at its own pace. */
export function layOutThread(
  trace: Trace,
  segment: Segment,
  story: Int32Array,
  height: number,
  lanes: LaneScale,
): Thread {
  const { rows, fromStep } = segment;
  const stepPx = Math.min(14, height / Math.max(1, rows.length));
  const y = scaleLinear([0, 1], [stepPx / 2, stepPx * 1.5]);
  const points = Array.from(rows, (row, at): ThreadMark => {
    const actor = trace.actor[row] ?? 0;
    return { row, actor, x: lanes.at(actor), y: y(at) };
  });
  const before = fromStep > 0 ? (trace.actor[story[fromStep - 1] ?? 0] ?? 0) : undefined;
  const bump = line().curve(curveBumpY);
  let way = "";
  let crossing = "";
  points.forEach((point, at) => {
    const from = points[at - 1];
    const fromActor = from?.actor ?? before;
    if (fromActor === undefined) return;
    const start: [number, number] = [lanes.at(fromActor), from?.y ?? 0];
    const piece = bump([start, [point.x, point.y]]) ?? "";
    if (fromActor < GUEST_LANES === point.actor < GUEST_LANES) way += piece;
    else crossing += piece;
  });
  return { height, stepPx, marks: thinned(points), way, crossing };
}

function thinned(marks: readonly ThreadMark[]): readonly ThreadMark[] {
  const lastY = new Float64Array(LANES.length).fill(-Infinity);
  return marks.filter(({ actor, y }) => {
    if (y - (lastY[actor] ?? 0) < APART_PX) return false;
    lastY[actor] = y;
    return true;
  });
}

/** What the overlay's axis shows. */
export type OverlayAxis = "time" | "cycles";

/** A stage of a run in the overlay. */
export interface OverlayPoint {
  readonly x: number;
  readonly y: number;
  readonly at: number;
  readonly row: number;
  readonly actor: number;
  readonly value: number;
}

/** All runs on one axis: stages downwards, time or cycles to the right. */
export interface Overlay {
  readonly axis: Axis;
  readonly rows: readonly { readonly label: string; readonly y: number }[];
  readonly runs: readonly { readonly points: readonly OverlayPoint[]; readonly path: string }[];
  readonly height: number;
}

const OVERLAY_ROW_PX = 30;

/** Lays the runs of a packet on one axis. */
export function layOutOverlay(
  packets: readonly AlignedPacket[],
  kind: OverlayAxis,
  widthPx: number,
): Overlay {
  const stages = packets[0]?.stages ?? [];
  const height = stages.length * OVERLAY_ROW_PX;
  const place = scalePoint(
    stages.map(({ id }) => id),
    [OVERLAY_ROW_PX / 2, height - OVERLAY_ROW_PX / 2],
  );
  const valueOf = (segment: Segment) =>
    kind === "time" ? segment.atMicroseconds : segment.cyclesBefore;
  const all = packets.map(({ run, segments, stages: reached }) =>
    reached
      .flatMap((stage, at) => {
        const segment = segments[at + 1];
        if (segment === undefined || stage.step < 0) return [];
        const actor = run.trace.actor[stage.row] ?? 0;
        const value = Math.max(0, valueOf(segment));
        return [{ at, row: stage.row, actor, value, step: stage.step, y: place(stage.id) ?? 0 }];
      })
      .sort((one, other) => one.step - other.step),
  );
  const max = Math.max(0, ...all.flat().map(({ value }) => value));
  const axis = linearAxis(max, widthPx);
  const path = line<OverlayPoint>(
    ({ x }) => x,
    ({ y }) => y,
  );
  return {
    axis,
    height,
    rows: stages.map(({ id, label }) => ({ label, y: place(id) ?? 0 })),
    runs: all.map((points) => {
      const laid = points.map((point): OverlayPoint => ({ ...point, x: axis.at(point.value) }));
      return { points: laid, path: path(laid) ?? "" };
    }),
  };
}
