import { accessValue, EVENTS, KIND, KIND_NAMES, registerKey, type Trace } from "#engine";
import { type HandOver, nameOf } from "../flow/hand-over.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { isRegisterAccess } from "../flow/steps.ts";
import { notifiedQueue } from "../sentence/predicate.ts";

/** The cause of a hand-over, in the words that stand at its arrow. */
export function handOverLabel(
  run: FlowRun,
  rows: Int32Array,
  { kind, fromStep, toStep, label }: HandOver,
): string {
  const { trace } = run;
  const from = rows[fromStep] ?? 0;
  const to = rows[toStep] ?? 0;
  switch (kind) {
    case "exit":
      return withAccess(run, from, exitName(trace, to));
    case "callout":
      return withAccess(run, from, calloutName(trace, to));
    case "hypercall":
      return label.replace(/^(Hypercall|Exception), /, (_, word: string) =>
        word === "Hypercall" ? "hypercall " : "fault, ",
      );
    case "upcall":
      return label.replace(/^Upcall, /, "upcall into ");
    default:
      return goesOnLabel(run, from, to);
  }
}

/** What hands on by its nature: the arrow behind it is labelled with it, not with what comes next. */
const HANDS_ON: ReadonlySet<number> = new Set([
  KIND.hypercall,
  KIND.intxAssert,
  KIND.intxDeassert,
  KIND.interruptInjected,
  KIND.interruptPosted,
  KIND.msix,
  KIND.signal,
  KIND.systemCall,
  KIND.upcall,
  KIND.userExit,
  KIND.wakeUp,
  KIND.contextSwitch,
  KIND.wireReceive,
]);

/** Why the work goes on elsewhere: by what was done before, when that hands on, or by what is done. */
export function goesOnLabel(run: FlowRun, from: number, to: number): string {
  const { trace } = run;
  if (isRegisterAccess(trace, from)) return accessName(run, from);
  const row = HANDS_ON.has(trace.kind[from] ?? 0) ? from : to;
  return isRegisterAccess(trace, row)
    ? accessName(run, row)
    : stepLabel(trace, row, nameOf(trace, row));
}

/** The words of a VM entry: with the interrupt that the guest takes behind it. */
export function entryLabel({ trace }: FlowRun, next: number): string {
  if (trace.kind[next] !== KIND.interruptTaken) return "VM entry";
  return `VM entry, vector ${trace.a[next]}`;
}

function withAccess(run: FlowRun, row: number, words: string): string {
  return isRegisterAccess(run.trace, row) ? `${words}, ${accessName(run, row)}` : words;
}

/** "MMIO write of TPPoll"; a store that only notifies says which queue. */
function accessName({ trace, registers }: FlowRun, row: number): string {
  const kind = KIND_NAMES[trace.kind[row] ?? 0];
  const label = kind === undefined ? "" : EVENTS[kind].label;
  const key = registerKey(trace.where[row] ?? 0, trace.a[row] ?? 0);
  const name = registers.get(key) ?? trace.names[trace.where[row] ?? 0] ?? "";
  const queue = notifiedQueue(name, accessValue(trace, row));
  return queue === undefined ? `${label} of ${name}` : `${label}: notify queue ${queue}`;
}

function exitName(trace: Trace, row: number): string {
  return trace.names[trace.where[row] ?? 0] ?? "";
}

function calloutName(trace: Trace, row: number): string {
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  return trace.kind[row] === KIND.exception ? `fault ${name}` : `callout: ${name}`;
}

/** A message by its number where it has one; everything else by kind and name, not as a title. */
function stepLabel(trace: Trace, row: number, label: string): string {
  if (trace.kind[row] === KIND.msix) return `MSI-X message, vector ${(trace.a[row] ?? 0) & 0xff}`;
  if (trace.kind[row] === KIND.interruptPosted) return `posted interrupt, vector ${trace.a[row]}`;
  if (trace.kind[row] === KIND.signal) return `${trace.names[trace.where[row] ?? 0]} signal`;
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
