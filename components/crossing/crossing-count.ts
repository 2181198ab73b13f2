import { ACTORS, KIND } from "#engine";
import { counted } from "../number-text.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import { isGuestSide } from "../flow/steps.ts";

/** One crossing of the line out of the guest through the hypervisor. */
export interface CrossingTick {
  readonly kind: "exit" | "callout" | "hypercall";
  /** Whether it has happened by the step that is shown, and whether it is that step. */
  readonly past: boolean;
  readonly now: boolean;
}

/** How often a packet's steps cross the line between guest and host, and how often so far. */
export interface CrossingCount {
  readonly ticks: readonly CrossingTick[];
  readonly exits: number;
  readonly exitsSoFar: number;
  readonly callouts: number;
  readonly hypercalls: number;
  readonly upcalls: number;
}

/** Counts the crossings among a packet's steps; exits are the rows that the run's totals count. */
export function crossingCounts(run: FlowRun, rows: Int32Array, step: number): CrossingCount {
  const ticks: CrossingTick[] = [];
  let upcalls = 0;
  rows.forEach((row, at) => {
    const kind = tickKind(run, row);
    if (kind !== undefined) ticks.push({ kind, past: at <= step, now: at === step });
    if (run.trace.kind[row] === KIND.upcall && isIntoGuest(run, row)) upcalls++;
  });
  const count = (kind: CrossingTick["kind"]) => ticks.filter((tick) => tick.kind === kind).length;
  return {
    ticks,
    exits: count("exit"),
    exitsSoFar: ticks.filter(({ kind, past }) => kind === "exit" && past).length,
    callouts: count("callout"),
    hypercalls: count("hypercall"),
    upcalls,
  };
}

/** The same in words: "6 VM exits", with the other ways across where there are any. */
export function crossingsText({ exits, callouts, hypercalls, upcalls }: CrossingCount): string {
  const parts = [counted(exits, "VM exit")];
  if (callouts > 0) parts.push(counted(callouts, "callout or fault", "callouts and faults"));
  if (hypercalls > 0)
    parts.push(counted(hypercalls, "hypercall or fault", "hypercalls and faults"));
  if (upcalls > 0) parts.push(counted(upcalls, "upcall"));
  return parts.join(", ");
}

/** The kind that occurs, where there is room for one only. */
export function mainCrossingText({ exits, callouts, hypercalls }: CrossingCount): string {
  if (exits === 0 && callouts > 0) return counted(callouts, "callout");
  if (exits === 0 && hypercalls > 0) return counted(hypercalls, "hypercall");
  return counted(exits, "exit");
}

function tickKind({ trace }: FlowRun, row: number): CrossingTick["kind"] | undefined {
  const kind = trace.kind[row];
  if (kind === KIND.vmExit) return "exit";
  const byGuest = isGuestSide(trace, row);
  if (byGuest && (kind === KIND.hypercall || kind === KIND.exception)) return "hypercall";
  const leaves = kind === KIND.callout || kind === KIND.exception;
  return leaves && trace.actor[row] === ACTORS.hypervisor.code ? "callout" : undefined;
}

/** Upcalls into the driver domain stay on the host's side. */
function isIntoGuest({ trace }: FlowRun, row: number): boolean {
  return !(trace.names[trace.where[row] ?? 0] ?? "").startsWith("dom0");
}
