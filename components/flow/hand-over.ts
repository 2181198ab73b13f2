import { ACTORS, EVENTS, KIND, KIND_NAMES, type Trace } from "#engine";
import { isGuestSide } from "./steps.ts";

/**
 * How control or a message passes on: `exit` and `entry` cross the line through the hypervisor,
 * `direct` reaches the device without it, `interrupt` reaches the guest; `pass` stays on its side.
 */
export type HandOverKind = "exit" | "entry" | "direct" | "interrupt" | "pass";

/** One hand-over between two actors. */
export interface HandOver {
  readonly kind: HandOverKind;
  readonly fromActor: number;
  readonly toActor: number;
  /** The step it starts at. */
  readonly fromStep: number;
  /** The step it leads to; for an entry the step of the entry itself. */
  readonly toStep: number;
  /** What causes it, in words. */
  readonly label: string;
  /** Whether it crosses the line between guest and host. */
  readonly crosses: boolean;
}

const DRIVER = ACTORS.guestDriver.code;

/** The hand-overs among the steps of a stretch, in their order. */
export function handOversOf(trace: Trace, rows: Int32Array): HandOver[] {
  const stepOfRow = new Map<number, number>();
  rows.forEach((row, step) => stepOfRow.set(row, step));
  const found: HandOver[] = [];
  for (let step = 0; step < rows.length; step++) {
    const row = rows[step] ?? 0;
    const kind = trace.kind[row];
    if (kind === KIND.vmExit) found.push(crossing(trace, row, step, "exit"));
    const hop = hopTo(trace, rows, step, stepOfRow);
    if (hop !== undefined) found.push(hop);
    if (kind === KIND.vmEntry) found.push(crossing(trace, row, step, "entry"));
  }
  return found;
}

function crossing(trace: Trace, row: number, step: number, kind: "exit" | "entry"): HandOver {
  const actor = trace.actor[row] ?? 0;
  const out = kind === "exit";
  return {
    kind,
    fromActor: out ? DRIVER : actor,
    toActor: out ? actor : DRIVER,
    fromStep: out ? Math.max(0, step - 1) : step,
    toStep: step,
    label: out ? `VM exit: ${nameOf(trace, row)}` : "VM entry",
    crosses: true,
  };
}

/** The hand-over that leads to a step from an earlier one, unless an exit or entry already does. */
function hopTo(
  trace: Trace,
  rows: Int32Array,
  step: number,
  stepOfRow: ReadonlyMap<number, number>,
): HandOver | undefined {
  const row = rows[step] ?? 0;
  const before = rows[step - 1];
  if (before === undefined) return undefined;
  const isRoot = (trace.parent[row] ?? -1) < 0;
  const causeStep = isRoot
    ? causeOf(trace, rows, stepOfRow.get(trace.cause[row] ?? -1))
    : undefined;
  const intoGuest = isGuestSide(trace, row);
  const fromStep = causeStep ?? step - 1;
  const from = rows[fromStep] ?? 0;
  const outOfGuest = isGuestSide(trace, from);
  const goesOn = trace.actor[before] === trace.actor[row] && !intoGuest;
  if (trace.actor[from] === trace.actor[row] || goesOn) return undefined;
  if (intoGuest && !outOfGuest) {
    const delivered = trace.kind[row] === KIND.interruptTaken && causeStep !== undefined;
    // Behind an entry the guest simply goes on: the entry is the hand-over.
    if (!delivered || trace.kind[before] === KIND.vmEntry) return undefined;
  }
  if (!intoGuest && outOfGuest) {
    if (trace.kind[row] === KIND.vmExit) return undefined;
    const inside = causeStep !== undefined || isInside(trace, row, from);
    if (!inside) return undefined;
  }
  // Work that nothing here caused, or that was done after other packets' steps, has no arrow.
  const isApart = intoGuest !== outOfGuest || row - before > 2;
  if (isRoot && causeStep === undefined && isApart) return undefined;
  const crosses = intoGuest !== outOfGuest;
  const kind = !crosses ? "pass" : intoGuest ? "interrupt" : "direct";
  const label = intoGuest || crosses ? nameOf(trace, from) : nameOf(trace, row);
  const fromActor = trace.actor[from] ?? 0;
  return {
    kind,
    fromActor,
    toActor: trace.actor[row] ?? 0,
    fromStep,
    toStep: step,
    label,
    crosses,
  };
}

/**
 * Where the message that a task waited for came from: an access that exits hands over on the host's
 * side, where the last of what was done in it is.
 */
function causeOf(trace: Trace, rows: Int32Array, step: number | undefined): number | undefined {
  if (step === undefined || trace.kind[rows[step + 1] ?? -1] !== KIND.vmExit) return step;
  const access = rows[step] ?? 0;
  let last = step + 1;
  for (let at = step + 2; at < rows.length && isInside(trace, rows[at] ?? 0, access); at++)
    last = at;
  return last;
}

/** Whether a row happens inside another one. */
function isInside(trace: Trace, row: number, enclosing: number): boolean {
  for (let at = trace.parent[row] ?? -1; at >= 0; at = trace.parent[at] ?? -1) {
    if (at === enclosing) return true;
  }
  return false;
}

function nameOf(trace: Trace, row: number): string {
  const kind = KIND_NAMES[trace.kind[row] ?? 0];
  const label = kind === undefined ? "" : EVENTS[kind].label;
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  return trace.kind[row] === KIND.vmExit || name === "" ? name || label : `${label}, ${name}`;
}
