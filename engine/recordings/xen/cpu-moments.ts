import type { PvHost } from "../../cpu/paravirtual/pv-host.ts";
import type { Machine } from "../../machine.ts";
import { KIND } from "../../trace/schema.ts";
import type { TraceStore } from "../../trace/store.ts";
import type { CpuEvent } from "./cpu-event.ts";

/** Counts crossings between guest and Xen, and lets something happen before each. */
export class CrossingCounter implements PvHost {
  readonly trace: TraceStore;
  /** Hypercalls and exceptions so far. */
  count = 0;
  /** Whether the next exception is one that no recording counts. */
  uncounted = false;
  readonly #machine: Machine;
  readonly #before: () => void;

  constructor(machine: Machine, before: () => void) {
    this.#machine = machine;
    this.#before = before;
    this.trace = machine.trace;
  }

  /** Time in cycles. */
  get nowCycles(): number {
    return this.#machine.nowCycles;
  }

  /** See {@link PvHost}. */
  note(kind: number, actor: number, where: number, a: number, b: number): number {
    if (kind === KIND.exception && !this.uncounted) {
      this.#before();
      this.count++;
    } else if (kind === KIND.exception) this.uncounted = false;
    return this.#machine.note(kind, actor, where, a, b);
  }

  /** See {@link PvHost}. */
  hypercall(actor: number, name: string, argument?: number, result?: number): number {
    this.#before();
    this.count++;
    return this.#machine.hypercall(actor, name, argument, result);
  }
}

/** An event with a moment of its own, and how many crossings come before it. */
export interface Moment {
  /** Index of the event. */
  readonly at: number;
  readonly crossings: number;
}

/** The moments of a recording: task switches and the timer's events. */
export function momentsOf(events: readonly CpuEvent[]): Moment[] {
  const moments: Moment[] = [];
  let crossings = 0;
  for (const [at, event] of events.entries()) {
    if (event.op === "hypercall" || event.op === "exception") crossings++;
    else if (event.op === "switch") moments.push({ at, crossings });
    else if (event.op === "upcall") {
      // Linux asks for the event by a hypercall that is part of what happens.
      const asked = isForcedUpcall(events[at - 1]) ? 1 : 0;
      moments.push({ at, crossings: crossings - asked });
    }
  }
  return moments;
}

/** Whether this is the hypercall by which Linux lets a waiting event in. */
export function isForcedUpcall(event: CpuEvent | undefined): boolean {
  return event?.op === "hypercall" && event.name === "xen_version";
}
