import { KIND } from "../schema.ts";
import type { Trace } from "../store.ts";

/** A byte for each row: 1 for calls whose name fits, and for all they enclose. */
export function withinCalls(trace: Trace, fits: (name: string) => boolean): Uint8Array {
  const marks = new Uint8Array(trace.length);
  const names = trace.names.map(fits);
  const { kind, where, parent } = trace;
  for (let row = 0; row < marks.length; row++) {
    const isCall = kind[row] === KIND.call && names[where[row] as number] === true;
    const outer = parent[row] as number;
    if (isCall || (outer >= 0 && marks[outer] === 1)) marks[row] = 1;
  }
  return marks;
}

/**
 * A byte for each row: 1 for what a row encloses (`inside`), or what it led to: rows with it as their
 * cause, what these enclose and what they led to in turn.
 */
export function ledTo(trace: Trace, of: number, how: "inside" | "caused-by"): Uint8Array {
  const marks = new Uint8Array(trace.length);
  const { parent, cause } = trace;
  // Whatever leads to a row stands before it.
  for (let row = of + 1; row < marks.length; row++) {
    const outer = parent[row] as number;
    const from = how === "inside" ? outer : (cause[row] as number);
    const isLed = from === of || (from >= 0 && marks[from] === 1);
    if (isLed || (outer >= 0 && marks[outer] === 1)) marks[row] = 1;
  }
  return marks;
}
