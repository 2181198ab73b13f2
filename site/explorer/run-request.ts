import { type ExplorerRunData, explorerRunDataOf } from "#components/runs";
import { chosenPrices, type Direction, findMode, type PriceChoice, simulate } from "#engine";
import type { ModeEntry } from "./catalogue.ts";
import type { ModeChoice } from "./mode-choice.ts";

/** One run of one mode. */
export interface RunRequest {
  readonly turn: number;
  readonly choice: ModeChoice;
  readonly direction: Direction;
  readonly gapMicroseconds: number;
  readonly prices: PriceChoice;
  readonly frames: readonly Uint8Array[];
  readonly packetCount: number;
}

/** What the worker says: what modes there are, a run, how far it is, or what was wrong. */
export type RunAnswer =
  | { readonly kind: "modes"; readonly modes: readonly ModeEntry[] }
  | { readonly kind: "run"; readonly turn: number; readonly run: ExplorerRunData }
  | { readonly kind: "problem"; readonly turn: number; readonly message: string }
  | {
      readonly kind: "progress";
      readonly turn: number;
      readonly done: number;
      readonly all: number;
    };

/** Runs what is asked for; throws what the engine throws. */
export function runOf(
  { choice, direction, gapMicroseconds, prices, frames, packetCount }: RunRequest,
  onProgress: (done: number, all: number) => void,
): ExplorerRunData {
  const run = simulate({
    mode: findMode(choice.modeId),
    knobs: choice.knobs,
    direction,
    gapMicroseconds,
    prices: chosenPrices(prices),
    frames,
    packetCount,
    history: true,
    onProgress,
  });
  onProgress(packetCount, packetCount);
  return explorerRunDataOf(run);
}
