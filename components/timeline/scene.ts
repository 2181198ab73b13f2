import type { ExplorerRun } from "../explorer/explorer-run.ts";
import type { CoarseShares } from "./coarse.ts";
import type { TimelineLayout } from "./layout.ts";
import type { RowIndex } from "./row-index.ts";
import type { TimeMap } from "./time-map.ts";
import type { AxisWindow } from "./window.ts";

/** Everything that a drawing of the timeline depends on, besides its colours. */
export interface Scene {
  readonly run: ExplorerRun;
  readonly layout: TimelineLayout;
  readonly window: AxisWindow;
  /** The axis as it runs now. */
  readonly map: TimeMap;
  /** The rows by lane and time; undefined while they are read, when `coarse` stands for them. */
  readonly index: RowIndex | undefined;
  readonly coarse: CoarseShares;
  /** Rows of the packets whose threads are drawn faintly. */
  readonly showsThreads: boolean;
}

/** Where a moment stands in the drawing, in CSS pixels from the left of the plot. */
export function xOf({ map, window, layout }: Scene, timeCycles: number): number {
  return ((map.toAxis(timeCycles) - window.from) / (window.to - window.from)) * layout.plotPx;
}

/** The moment at a place in the drawing. */
export function timeAt({ map, window, layout }: Scene, x: number): number {
  return map.toTime(window.from + (x / layout.plotPx) * (window.to - window.from));
}

/**
 * From when to when is in view. Rows are in view when they begin after the first moment and not after
 * the last; the very first rows begin where the axis does, and count.
 */
export function stretchInView(scene: Scene): { readonly from: number; readonly to: number } {
  const from = timeAt(scene, 0);
  const to = timeAt(scene, scene.layout.plotPx);
  return { from: from <= scene.map.fromCycles ? -Infinity : from, to };
}
