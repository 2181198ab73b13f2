import { KIND, type Trace } from "#engine";
import type { FlowRun } from "../flow/flow-run.ts";
import { isRegisterAccess } from "../flow/steps.ts";
import { pastOf } from "./past.ts";

/** What takes an access away from the guest, and what is done before it is answered. */
const AWAY: readonly number[] = [
  KIND.vmExit,
  KIND.callout,
  KIND.exception,
  KIND.userExit,
  KIND.translation,
  KIND.contextSwitch,
];
const AWAY_ROWS_MAX = 6;
/** How far back the row before last of the same chain may be: a wake-up before its switch. */
const CHAIN_ROWS_MAX = 24;

/** Rows that only enclose what runs in them. */
const SPANS: readonly number[] = [KIND.call, KIND.interruptTaken];

/** By kind: which kinds, just before in the same place, lead to such a row. */
const CHAINS: ReadonlyMap<number, readonly number[]> = new Map<number, readonly number[]>([
  [KIND.interruptPosted, [KIND.msix, KIND.intxAssert, KIND.signal, KIND.deviceStep]],
  [KIND.interruptInjected, [KIND.msix, KIND.intxAssert, KIND.signal, KIND.deviceStep]],
  [KIND.signal, [KIND.msix, KIND.deviceStep]],
  [KIND.wakeUp, [KIND.interruptPosted, KIND.signal, KIND.deviceStep]],
]);

/** Exits and callouts by an instruction of the guest's own, which is no row of the trace. */
const BY_INSTRUCTION: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^hlt$/i, "the guest executed HLT"],
  [/^IRET$/, "the guest executed IRET"],
  [/^(?:msr read|RDMSR) (.+)$/, "the guest executed RDMSR"],
  [/^(?:msr write|WRMSR) (.+)$/, "the guest executed WRMSR"],
  [/^interrupt$/, "an interrupt of the host arrived"],
  [/^(interrupt window|vintr)$/, "the guest can take interrupts again"],
];

/** Why a row happened, in a short clause: "the guest wrote TPPoll"; "" where the trace does not say. */
export function rowCause(run: FlowRun, row: number): string {
  const { trace } = run;
  const kind = trace.kind[row] ?? 0;
  const name = trace.names[trace.where[row] ?? 0] ?? "";
  if (AWAY.includes(kind)) {
    const access = accessAfter(trace, row);
    if (access >= 0) return pastOf(run, access);
  }
  if (kind === KIND.vmExit || kind === KIND.callout) return instructionWords(name);
  const chained = chainedRow(trace, row);
  if (chained >= 0) return pastOf(run, chained);
  const parent = trace.parent[row] ?? -1;
  const cause = trace.cause[row] ?? -1;
  if (kind === KIND.interruptInjected && cause >= 0) return pastOf(run, cause);
  // Inside a function the function's own row says why.
  if (functionOf(run, row) !== "") return "";
  if (parent >= 0) return parentCause(run, parent, row);
  return cause >= 0 && isRoot(kind) && name !== "idle" ? pastOf(run, cause) : "";
}

/** The function that a row happens in, when the same actor runs it; "" for none. */
export function functionOf({ trace }: FlowRun, row: number): string {
  const parent = trace.parent[row] ?? -1;
  if (parent < 0 || trace.kind[parent] !== KIND.call) return "";
  if (trace.actor[parent] !== trace.actor[row]) return "";
  return trace.names[trace.where[parent] ?? 0] ?? "";
}

/** What encloses a row led to it, unless the same actor only goes on. */
function parentCause(run: FlowRun, parent: number, row: number): string {
  const { trace } = run;
  // What lies in another actor's function or handler interrupts it; it need not come of it.
  if (trace.actor[parent] === trace.actor[row] || SPANS.includes(trace.kind[parent] ?? 0))
    return "";
  return pastOf(run, parent);
}

/** What starts on its own account: the rows after it in the same thread go on by themselves. */
function isRoot(kind: number): boolean {
  return kind === KIND.interruptTaken || kind === KIND.call || kind === KIND.contextSwitch;
}

function instructionWords(name: string): string {
  return BY_INSTRUCTION.find(([pattern]) => pattern.test(name))?.[1] ?? "";
}

/** The guest's access that a row takes away, within the next few rows; -1 for none. */
function accessAfter(trace: Trace, row: number): number {
  const end = Math.min(trace.length, row + AWAY_ROWS_MAX);
  for (let at = row; at < end; at++) {
    if (isRegisterAccess(trace, at) || trace.kind[at] === KIND.lapicEoi) return at;
    if (!AWAY.includes(trace.kind[at] ?? 0)) return -1;
    // A switch that nothing took away from the guest leads to no access of its.
    if (at === row && trace.kind[at] === KIND.contextSwitch && !followsTaking(trace, row))
      return -1;
  }
  return -1;
}

function followsTaking(trace: Trace, row: number): boolean {
  const before = trace.kind[row - 1] ?? 0;
  return before === KIND.exception || before === KIND.callout || before === KIND.vmExit;
}

function chainedRow(trace: Trace, row: number): number {
  const kind = trace.kind[row] ?? 0;
  if (kind === KIND.contextSwitch) return wakeUpBefore(trace, row);
  const leading = CHAINS.get(kind);
  if (leading === undefined) return -1;
  for (let at = row - 1; at >= Math.max(0, row - 3); at--) {
    if (trace.parent[at] !== trace.parent[row]) return -1;
    if (leading.includes(trace.kind[at] ?? 0)) return at;
  }
  return -1;
}

/** The wake-up of the thread that a CPU switches to, not long before. */
function wakeUpBefore(trace: Trace, row: number): number {
  for (let at = row - 1; at >= Math.max(0, row - CHAIN_ROWS_MAX); at--) {
    if (trace.kind[at] === KIND.wakeUp && trace.where[at] === trace.where[row]) return at;
  }
  return -1;
}
