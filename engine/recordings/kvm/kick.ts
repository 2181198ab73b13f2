import type { KvmEvent } from "./event.ts";
import { RESCHEDULE_VECTOR, TIMER_VECTOR } from "./exits.ts";

/** Exits by which a kick, an interrupt of the host, makes itself heard. */
const KICKED_EXITS: readonly string[] = ["interrupt", "EXTERNAL_INTERRUPT"];

/**
 * Puts interrupts in their place that were on their way while the guest left for another reason: on
 * another CPU KVM requests the vector and then looks whether the guest runs, to kick it. Where the
 * next exit is no interrupt of the host, it found the guest gone: the request belongs into that
 * exit, though its trace point came first. With posted interrupts there is no kick; what is posted
 * after the exit belongs into it as well.
 */
export function settleKicks(recorded: readonly KvmEvent[]): KvmEvent[] {
  const events = settleInjections(recorded);
  const settled: KvmEvent[] = [];
  let waiting: KvmEvent[] = [];
  let runs = false;
  for (const [at, event] of events.entries()) {
    if (event.ev === "exit") runs = false;
    if (event.ev === "entry") runs = true;
    if (runs && event.who !== "vcpu" && (waiting.length > 0 || isRequest(event))) {
      if (waiting.length > 0 || !isHeard(events, at)) {
        waiting.push(event);
        continue;
      }
    }
    settled.push(event);
    if (event.ev === "exit" && waiting.length > 0) {
      settled.push(...waiting);
      waiting = [];
    }
  }
  return [...settled, ...waiting];
}

/**
 * KVM chooses what it injects when it is about to enter. What is requested between that and the
 * entry comes before the injection if it would not have changed the choice, else after the entry.
 */
function settleInjections(events: readonly KvmEvent[]): KvmEvent[] {
  const settled: KvmEvent[] = [];
  let injections: KvmEvent[] = [];
  let late: KvmEvent[] = [];
  for (const [at, event] of events.entries()) {
    if (event.ev === "inject") injections.push(event);
    else if (event.ev === "entry") {
      settled.push(...injections, event, ...late);
      injections = [];
      late = [];
    } else if (late.length > 0 && event.who !== "vcpu") late.push(event);
    else if (isRequest(event) && event.who !== "vcpu" && comesAfter(events, at, injections)) {
      late.push(event);
    } else if (isTimer(event) && injections.length > 0) {
      // The timer's place tells that it found the injection made: see the plan.
      settled.push(...injections, event);
      injections = [];
    } else settled.push(event);
  }
  return [...settled, ...injections, ...late];
}

function isTimer(event: KvmEvent): boolean {
  return event.ev === "accept" && event.vector === TIMER_VECTOR;
}

/** It would have changed the choice, or found the guest entered: KVM kicked it out again. */
function comesAfter(
  events: readonly KvmEvent[],
  at: number,
  injections: readonly KvmEvent[],
): boolean {
  if (injections.length === 0) return false;
  const next = events.slice(at).find((entry) => entry.ev === "exit");
  if (next?.ev === "exit" && KICKED_EXITS.includes(next.reason)) {
    if (next.vector < 0 || next.vector === RESCHEDULE_VECTOR) return true;
  }
  return changesChoice(events[at] as KvmEvent, injections);
}

function changesChoice(event: KvmEvent, injections: readonly KvmEvent[]): boolean {
  const vector = event.ev === "message" ? event.vector : -1;
  return injections.some((injection) => injection.ev === "inject" && vector > injection.vector);
}

function isRequest(event: KvmEvent): boolean {
  return event.ev === "message" || (event.ev === "line" && event.level === 1);
}

/** Whether a request that was made in the guest's time was heard in it: posted, or by a kick. */
function isHeard(events: readonly KvmEvent[], at: number): boolean {
  let exited = false;
  for (let next = at + 1; next < events.length; next++) {
    const event = events[next] as KvmEvent;
    if (event.ev === "post" && event.who !== "vcpu") return !exited;
    if (event.ev === "entry") return false;
    if (event.ev !== "exit") continue;
    if (exited) return false;
    if (KICKED_EXITS.includes(event.reason)) return true;
    exited = true;
  }
  return true;
}
