import { ACTORS, KIND, type Trace } from "#engine";

/** What takes an access away from the guest. */
const TAKES: ReadonlySet<number> = new Set([KIND.vmExit, KIND.exception, KIND.callout]);
/** What may be done before whoever answers the access sees it. */
const BEFORE_ACCESS: ReadonlySet<number> = new Set([
  ...TAKES,
  KIND.contextSwitch,
  KIND.userExit,
  KIND.translation,
]);
const BEFORE_ACCESS_MAX = 6;

/**
 * Rows in the order in which they are told. It is the trace's own, except that the access which exits,
 * faults or calls out stands before that: the trace opens the exit first, because it encloses the
 * access; the reader wants the instruction before what it leads to.
 */
export function stepsOf(trace: Trace, rows: Int32Array): Int32Array {
  const steps = rows.slice();
  for (let step = 0; step + 1 < steps.length; step++) {
    if (!TAKES.has(trace.kind[rows[step] ?? 0] ?? 0)) continue;
    const access = accessAfter(trace, rows, step);
    if (access < 0) continue;
    steps[step] = rows[access] ?? 0;
    for (let at = step; at < access; at++) steps[at + 1] = rows[at] ?? 0;
    step = access;
  }
  return steps;
}

/** The step of the guest's access that is taken away at a step, or -1: not every exit has one. */
function accessAfter(trace: Trace, rows: Int32Array, step: number): number {
  for (let at = step + 1; at < Math.min(rows.length, step + BEFORE_ACCESS_MAX); at++) {
    const row = rows[at] ?? 0;
    if (isRegisterAccess(trace, row) || trace.kind[row] === KIND.lapicEoi) return at;
    if (!BEFORE_ACCESS.has(trace.kind[row] ?? 0)) return -1;
  }
  return -1;
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
