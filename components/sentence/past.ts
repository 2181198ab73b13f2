import { ACTORS, accessValue, KIND, registerKey, threadPhrase } from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";
import { notifiedQueue } from "./predicate.ts";
import { agentOf } from "./subject.ts";

const DRIVER = ACTORS.guestDriver.code;
const WRITES: readonly number[] = [KIND.mmioWrite, KIND.pioWrite];
const READS: readonly number[] = [KIND.mmioRead, KIND.pioRead];

/** What happened in a row, as a clause behind "because": "the guest wrote TPPoll"; "" for nothing. */
export function pastOf(run: FlowRun, row: number): string {
  const { trace } = run;
  const kind = trace.kind[row] ?? 0;
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  const who = trace.actor[row] === DRIVER ? "the guest" : agentOf(run, row);
  if (WRITES.includes(kind)) return `the guest ${writingOf(run, row)}`;
  if (READS.includes(kind)) return `the guest read ${registerOf(run, row)}`;
  switch (kind) {
    case KIND.configRead:
      return "the guest read configuration space";
    case KIND.configWrite:
      return "the guest wrote configuration space";
    case KIND.msix:
      return `${who} sent the MSI-X message ${name}`;
    case KIND.intxAssert:
      return `${who} asserted ${name}`;
    case KIND.intxDeassert:
      return `${who} deasserted ${name}`;
    case KIND.wireReceive:
      return "a frame arrived";
    case KIND.wireTransmit:
      return "the frame left";
    case KIND.lapicEoi:
      return "the guest wrote EOI";
    case KIND.ioapicEoi:
      return "the guest ended the interrupt";
    default:
      return eventPast(kind, who, name);
  }
}

function eventPast(kind: number, who: string, name: string): string {
  switch (kind) {
    case KIND.hypercall:
      return `${who} made the hypercall ${name.replace(/^dom\d+: /, "")}`;
    case KIND.systemCall:
      return `${who} made the system call ${name}`;
    case KIND.upcall:
      return `${who} entered the event callback of ${name}`;
    case KIND.call:
      return name.includes("evtchn_fifo_set_pending")
        ? `${who} set an event pending`
        : `${who} ran ${name}`;
    case KIND.signal:
      return name === "virtual IRQ"
        ? `${who} raised a virtual IRQ`
        : `${who} signalled the ${name}`;
    case KIND.interruptPosted:
      return `${who} posted an interrupt (${name})`;
    case KIND.interruptInjected:
      return `${who} injected an interrupt (${name})`;
    case KIND.interruptTaken:
      return `${who} took the interrupt ${name}`;
    case KIND.wakeUp:
      return `${who} woke ${threadPhrase(name)}`;
    case KIND.deviceStep:
      return stepPast(who, name);
    case KIND.vmExit:
      return `the guest left by ${name}`;
    default:
      return "";
  }
}

function stepPast(who: string, name: string): string {
  const expired = /^(?:the )?(.+) expires$/.exec(name)?.[1];
  if (expired !== undefined) return `the ${expired} expired`;
  return /^[a-z]\w+$/.test(name) ? `${who} ran ${name}` : "";
}

function writingOf(run: FlowRun, row: number): string {
  const name = registerOf(run, row);
  const queue = notifiedQueue(name, accessValue(run.trace, row));
  return queue === undefined ? `wrote ${name}` : `notified queue ${queue}`;
}

function registerOf({ trace, registers }: FlowRun, row: number): string {
  const key = registerKey(trace.where[row] ?? 0, trace.a[row] ?? 0);
  return registers.get(key) ?? (trace.names[trace.where[row] ?? 0] as string);
}
