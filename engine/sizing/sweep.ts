import { runPoint } from "./run-point.ts";
import type { LeftOut, SweepPlan } from "./sweep-plan.ts";
import type { SweepResult } from "./sweep-point.ts";

/** What came of a sweep. */
export interface Sweep {
  /** Whether every point was run. */
  readonly complete: boolean;
  readonly pointCount: number;
  /** What was run, in the order of the plan. */
  readonly results: readonly SweepResult[];
  readonly leftOut: readonly LeftOut[];
}

/** Says that work is to end early. */
export interface Abort {
  readonly aborted: boolean;
}

/** Puts a sweep together; a point that was not run has no result at its place. */
export function assembleSweep(
  { points, leftOut }: SweepPlan,
  results: readonly (SweepResult | undefined)[],
): Sweep {
  const done = results.filter((result) => result !== undefined);
  return {
    complete: done.length === points.length,
    pointCount: points.length,
    results: done,
    leftOut,
  };
}

/** Runs a sweep here and now, point by point, until it is done or `signal` says stop. */
export function sweep(
  plan: SweepPlan,
  onProgress: (done: number, all: number) => void = () => {},
  signal: Abort = { aborted: false },
): Sweep {
  const results: SweepResult[] = [];
  let done = 0;
  for (const point of plan.points) {
    if (signal.aborted) break;
    results.push(runPoint(point, () => onProgress(++done, plan.loadCount)));
  }
  return assembleSweep(plan, results);
}
