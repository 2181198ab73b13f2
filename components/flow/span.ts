import { KIND, type Trace } from "#engine";

/** A function that runs over several steps. */
export interface FlowSpan {
  readonly row: number;
  readonly actor: number;
  readonly name: string;
  readonly fromStep: number;
  readonly toStep: number;
  /** How many other spans enclose it. */
  readonly depth: number;
}

/** The spans among the steps, each up to the last step inside it. */
export function spansOf(trace: Trace, rows: Int32Array): FlowSpan[] {
  const starts = new Map<number, number>();
  const ends = new Map<number, number>();
  rows.forEach((row, step) => {
    if (trace.kind[row] === KIND.call) starts.set(row, step);
    for (let at = row; at >= 0; at = trace.parent[at] ?? -1) {
      if (trace.kind[at] === KIND.call) ends.set(at, Math.max(step, ends.get(at) ?? 0));
    }
  });
  return [...starts].map(([row, fromStep]) => ({
    row,
    actor: trace.actor[row] ?? 0,
    name: trace.names[trace.where[row] ?? 0] ?? "",
    fromStep,
    toStep: ends.get(row) ?? fromStep,
    depth: depthOf(trace, row, starts),
  }));
}

function depthOf(trace: Trace, row: number, spans: ReadonlyMap<number, number>): number {
  let depth = 0;
  for (let at = trace.parent[row] ?? -1; at >= 0; at = trace.parent[at] ?? -1) {
    if (spans.has(at) && trace.actor[at] === trace.actor[row]) depth++;
  }
  return depth;
}

/** Steps from a VM exit to the entry that ends it, both included: the guest stands still. */
export interface StoppedStretch {
  readonly fromStep: number;
  readonly toStep: number;
}

/** Where the guest stands still. */
export function stoppedStretches(trace: Trace, rows: Int32Array): StoppedStretch[] {
  const found: StoppedStretch[] = [];
  let exitStep = -1;
  rows.forEach((row, step) => {
    if (trace.kind[row] === KIND.vmExit && exitStep < 0) exitStep = step;
    if (trace.kind[row] !== KIND.vmEntry || exitStep < 0) return;
    found.push({ fromStep: exitStep, toStep: step });
    exitStep = -1;
  });
  return found;
}
