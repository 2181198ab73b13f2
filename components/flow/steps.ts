import { ACTORS, KIND, type Trace } from "#engine";
import type { RowWindow } from "./packet-window.ts";

/**
 * The rows of a stretch in the order in which they are told. It is the trace's own, except that the
 * access which exits stands before its exit: the trace opens the exit first, because it encloses
 * the access; the reader wants the instruction before what it leads to.
 */
export function stepsOf(trace: Trace, { first, end }: RowWindow): Int32Array {
  const rows = Int32Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  for (let step = 0; step + 1 < rows.length; step++) {
    const row = first + step;
    if (trace.kind[row] !== KIND.vmExit || !isRegisterAccess(trace, row + 1)) continue;
    rows[step] = row + 1;
    rows[step + 1] = row;
    step++;
  }
  return rows;
}

/** Whether a row is the driver's access to a register or to configuration space. */
export function isRegisterAccess(trace: Trace, row: number): boolean {
  const kind = trace.kind[row] ?? 0;
  return kind >= KIND.mmioRead && kind <= KIND.configWrite;
}

/** Whether a row happens on the guest's side of the line. */
export function isGuestSide(trace: Trace, row: number): boolean {
  return (trace.actor[row] ?? 0) <= ACTORS.guestDriver.code;
}
