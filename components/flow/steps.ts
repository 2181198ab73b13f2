import { ACTORS, KIND, type Trace } from "#engine";

/**
 * Rows in the order in which they are told. It is the trace's own, except that the access which exits
 * stands before its exit: the trace opens the exit first, because it encloses the access; the
 * reader wants the instruction before what it leads to.
 */
export function stepsOf(trace: Trace, rows: Int32Array): Int32Array {
  const steps = rows.slice();
  for (let step = 0; step + 1 < steps.length; step++) {
    const row = rows[step] ?? 0;
    const next = rows[step + 1] ?? 0;
    if (trace.kind[row] !== KIND.vmExit || !isRegisterAccess(trace, next)) continue;
    steps[step] = next;
    steps[step + 1] = row;
    step++;
  }
  return steps;
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
