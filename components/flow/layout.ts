import type { Trace } from "#engine";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { type HandOver, handOversOf } from "./hand-over.ts";
import { GUEST_LANES, LANES } from "./lane.ts";
import { shapeOf } from "./mark-shape.ts";
import { type FlowSpan, spansOf, type StoppedStretch, stoppedStretches } from "./span.ts";

/** How large a drawing is laid out; lengths in CSS pixels. */
export interface LayoutSize {
  /** Distance between two steps. */
  readonly stepPx: number;
  /** Height of a lane; the driver's, where spans nest, is `driverLanePx`. */
  readonly lanePx: number;
  readonly driverLanePx: number;
  /** Room for the line and the numbers of the exits on it. */
  readonly linePx: number;
  /** Whether spans are drawn above the driver's marks, with their names, and crossings with causes. */
  readonly detailed: boolean;
}

/** A lane with its place. */
export interface LaidLane {
  readonly actor: number;
  readonly top: number;
  readonly height: number;
  /** Where its marks stand. */
  readonly y: number;
  /** Whether any step of this stretch happens in it. */
  readonly used: boolean;
}

/** A step's mark. */
export interface LaidMark {
  readonly step: number;
  readonly row: number;
  readonly actor: number;
  /** Index into MARK_SHAPES; -1 for a span, which is drawn as a bar. */
  readonly shape: number;
  readonly x: number;
  readonly y: number;
}

/** A hand-over with its ends. */
export interface LaidHandOver extends HandOver {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Exits are numbered from 1 where they cross the line; 0 for everything else. */
  readonly exitNumber: number;
}

/** A whole drawing: where everything is, and nothing of how it looks. */
export interface FlowLayout {
  readonly width: number;
  readonly height: number;
  readonly stepPx: number;
  readonly detailed: boolean;
  readonly x: ScaleLinear<number, number>;
  readonly lanes: readonly LaidLane[];
  /** Height of the line between guest and host. */
  readonly lineY: number;
  readonly marks: readonly LaidMark[];
  readonly spans: readonly FlowSpan[];
  readonly handOvers: readonly LaidHandOver[];
  /** Stretches in which the guest stands still between an exit and its entry. */
  readonly stopped: readonly StoppedStretch[];
}

/** Lays out the steps of a stretch: time to the right, guest above, wire below. */
export function layOut(trace: Trace, rows: Int32Array, size: LayoutSize): FlowLayout {
  const { stepPx, detailed } = size;
  const width = rows.length * stepPx;
  const x = scaleLinear([-0.5, rows.length - 0.5], [0, width]);
  const { lanes, lineY, height } = laidLanes(trace, rows, size);
  const yOf = (actor: number) => lanes[actor]?.y ?? 0;
  const marks = Array.from(rows, (row, step) => {
    const actor = trace.actor[row] ?? 0;
    return { step, row, actor, shape: shapeOf(trace.kind[row] ?? 0), x: x(step), y: yOf(actor) };
  });
  let exits = 0;
  const handOvers = handOversOf(trace, rows).map(
    (handOver): LaidHandOver => ({
      ...handOver,
      x1: x(handOver.fromStep),
      y1: yOf(handOver.fromActor),
      x2: x(handOver.toStep),
      y2: yOf(handOver.toActor),
      exitNumber: handOver.kind === "exit" ? ++exits : 0,
    }),
  );
  const spans = spansOf(trace, rows);
  const stopped = stoppedStretches(trace, rows);
  return { width, height, stepPx, detailed, x, lanes, lineY, marks, spans, handOvers, stopped };
}

function laidLanes(
  trace: Trace,
  rows: Int32Array,
  { lanePx, driverLanePx, linePx, detailed }: LayoutSize,
): Pick<FlowLayout, "lanes" | "lineY" | "height"> {
  const used = new Set(Array.from(rows, (row) => trace.actor[row]));
  let top = 0;
  let lineY = 0;
  const lanes = LANES.map(({ actor }, index): LaidLane => {
    if (index === GUEST_LANES) {
      lineY = top + linePx / 2;
      top += linePx;
    }
    const isDriver = index === GUEST_LANES - 1;
    const height = isDriver ? driverLanePx : lanePx;
    // Spans are drawn above the driver's marks.
    const y = isDriver && detailed ? top + height - lanePx / 2 : top + height / 2;
    const lane = { actor, top, height, y, used: used.has(actor) };
    top += height;
    return lane;
  });
  return { lanes, lineY, height: top };
}
