import { runPoint, sizeMode, type SizePoint, type SizeResult } from "#engine";
import type { SweepPoint, SweepResult } from "#engine";

/** What a worker of this page does: size a mode, or find what it carries with one size of packets. */
export type SizeTask =
  | { readonly kind: "size"; readonly point: SizePoint }
  | { readonly kind: "sweep"; readonly point: SweepPoint };

/** What comes of it. */
export type SizeTaskResult =
  | { readonly kind: "size"; readonly result: SizeResult }
  | { readonly kind: "sweep"; readonly result: SweepResult };

/**
 * Does one task.
 * @throws InputError when the point cannot be run.
 */
export function doTask(task: SizeTask): SizeTaskResult {
  if (task.kind === "size") return { kind: "size", result: sizeMode(task.point) };
  return { kind: "sweep", result: runPoint(task.point) };
}
