import { flowRunOf, type FlowRun } from "#components/runs";
import { findMode, simulate, type Direction } from "#engine";

/** What to run: the same frames through each mode. */
export interface RunRequest {
  readonly modeIds: readonly string[];
  readonly direction: Direction;
  readonly frames: readonly Uint8Array[];
}

/** What a worker answers: runs or an error's message, or how far it is. */
export type RunAnswer =
  | { readonly kind: "runs"; readonly runs: readonly FlowRun[] }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "progress"; readonly done: number; readonly all: number };

/** Runs the modes one after another; throws what the engine throws. */
export function runAll(
  { modeIds, direction, frames }: RunRequest,
  onProgress: (done: number, all: number) => void = () => {},
): FlowRun[] {
  const all = modeIds.length * frames.length;
  return modeIds.map((id, index) => {
    const run = simulate({
      mode: findMode(id),
      direction,
      frames,
      keepFrames: false,
      onProgress: (done) => onProgress(index * frames.length + done, all),
    });
    return flowRunOf(run);
  });
}
