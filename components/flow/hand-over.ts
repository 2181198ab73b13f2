import { ACTORS, EVENTS, KIND, KIND_NAMES, type Trace } from "#engine";
import { isGuestSide } from "./steps.ts";

/**
 * How control or a message passes on: `exit` and `entry` cross the line by hardware virtualization,
 * `callout` out of translated code or by a hidden fault, `hypercall` because the guest asks or faults
 * under Xen, `upcall` into the guest by Xen; `direct` reaches the device without the hypervisor,
 * `interrupt` reaches the guest; `pass` stays on its side.
 */
export type HandOverKind =
  | "exit"
  | "entry"
  | "callout"
  | "hypercall"
  | "upcall"
  | "direct"
  | "interrupt"
  | "pass";

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
const HYPERVISOR = ACTORS.hypervisor.code;

/** The hand-overs among the steps of a stretch, in their order. */
export function handOversOf(trace: Trace, rows: Int32Array): HandOver[] {
  const stepOfRow = new Map<number, number>();
  rows.forEach((row, step) => stepOfRow.set(row, step));
  const found: HandOver[] = [];
  for (let step = 0; step < rows.length; step++) {
    const row = rows[step] ?? 0;
    const kind = trace.kind[row];
    if (kind === KIND.vmExit) found.push(crossing(trace, row, step, "exit"));
    const call = callOf(trace, row, step);
    if (call !== undefined) found.push(call);
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

/** Where the guest calls or faults into a hypervisor that needs no exit for it. */
function callOf(trace: Trace, row: number, step: number): HandOver | undefined {
  const kind = trace.kind[row];
  const byGuest = isGuestSide(trace, row);
  const label = nameOf(trace, row);
  const down = { fromActor: DRIVER, toActor: HYPERVISOR, toStep: step, label, crosses: true };
  if (byGuest && (kind === KIND.hypercall || kind === KIND.exception)) {
    return { ...down, kind: "hypercall", fromStep: step };
  }
  const leaves = kind === KIND.callout || kind === KIND.exception;
  if (!leaves || trace.actor[row] !== HYPERVISOR) return undefined;
  return { ...down, kind: "callout", fromStep: Math.max(0, step - 1) };
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
    const parent = trace.parent[row] ?? -1;
    if (parent === before && trace.kind[parent] === KIND.upcall) {
      const label = nameOf(trace, parent);
      const into = { fromActor: HYPERVISOR, toActor: DRIVER, label, crosses: true };
      return { ...into, kind: "upcall", fromStep: step - 1, toStep: step };
    }
    const delivered = trace.kind[row] === KIND.interruptTaken && causeStep !== undefined;
    // Behind an entry the guest simply goes on: the entry is the hand-over.
    if (!delivered || trace.kind[before] === KIND.vmEntry) return undefined;
  }
  if (!intoGuest && outOfGuest) {
    if (trace.kind[row] === KIND.vmExit || callOf(trace, row, step) !== undefined) return undefined;
    // What the hypervisor does in a hypercall is the hypercall's hand-over.
    if (trace.kind[from] === KIND.hypercall) return undefined;
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

/** What happens in a row, in the fewest words: its kind and its name. */
export function nameOf(trace: Trace, row: number): string {
  const kind = KIND_NAMES[trace.kind[row] ?? 0];
  const label = kind === undefined ? "" : EVENTS[kind].label;
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  return trace.kind[row] === KIND.vmExit || name === "" ? name || label : `${label}, ${name}`;
}
