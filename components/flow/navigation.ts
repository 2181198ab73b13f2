import type { HandOver } from "./hand-over.ts";

/** A way through the steps. */
export type Move =
  | "first"
  | "back"
  | "next"
  | "last"
  | "nextHandOver"
  | "previousHandOver"
  | "nextExit"
  | "previousExit";

/** Keys that move, with Shift for the ones marked so. */
const KEYS: Readonly<Record<string, Move>> = {
  ArrowRight: "next",
  ArrowUp: "next",
  ArrowLeft: "back",
  ArrowDown: "back",
  Home: "first",
  End: "last",
  PageDown: "nextHandOver",
  PageUp: "previousHandOver",
  e: "nextExit",
  E: "previousExit",
};

/** The move that a key asks for. */
export function moveOfKey(key: string): Move | undefined {
  return KEYS[key];
}

/**
 * The step that a move leads to; the same step when there is nowhere to go. Steps count from 0.
 */
export function moved(
  move: Move,
  step: number,
  stepCount: number,
  handOvers: readonly HandOver[],
): number {
  const last = Math.max(0, stepCount - 1);
  const stepsOf = (isExit: boolean) =>
    handOvers.filter(({ kind }) => !isExit || kind === "exit").map(({ toStep }) => toStep);
  const after = (steps: readonly number[]) => steps.find((at) => at > step) ?? step;
  const before = (steps: readonly number[]) => steps.findLast((at) => at < step) ?? step;
  switch (move) {
    case "first":
      return 0;
    case "back":
      return Math.max(0, step - 1);
    case "next":
      return Math.min(last, step + 1);
    case "last":
      return last;
    case "nextHandOver":
      return after(stepsOf(false));
    case "previousHandOver":
      return before(stepsOf(false));
    case "nextExit":
      return after(stepsOf(true));
    default:
      return before(stepsOf(true));
  }
}
