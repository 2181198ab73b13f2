import type { ShownRows } from "./shown-rows.ts";

/** A way through a list: one line, one page, or to an end. */
export interface Move {
  readonly by: "line" | "page" | "end";
  readonly forward: boolean;
}

const MOVES: Readonly<Record<string, Move | undefined>> = {
  ArrowUp: { by: "line", forward: false },
  ArrowDown: { by: "line", forward: true },
  PageUp: { by: "page", forward: false },
  PageDown: { by: "page", forward: true },
  Home: { by: "end", forward: false },
  End: { by: "end", forward: true },
};

/** The move that a key makes. */
export function moveOf(key: string): Move | undefined {
  return MOVES[key];
}

/** The place of a list where a move from a row ends, also when the row is not in the list. */
export function placeAfter(
  { by, forward }: Move,
  shown: ShownRows,
  row: number,
  pageRows: number,
): number {
  const last = shown.length - 1;
  if (by === "end") return forward ? last : 0;
  if (row < 0) return forward ? 0 : last;
  const from = shown.placeFrom(row);
  const step = by === "page" ? Math.max(1, pageRows - 1) : 1;
  // Between two places, the next one forward is a step away already.
  const start = forward && !shown.has(row) ? from - 1 : from;
  return Math.min(last, Math.max(0, start + (forward ? step : -step)));
}
