import { KIND, type Trace } from "#engine";
import { byteText, counted } from "../number-text.ts";
import { countRows, type FlowCounts } from "../flow/row-count.ts";

/** What is counted of a stretch of steps; each is a sum over rows. */
export interface StepCounts extends FlowCounts {
  readonly steps: number;
  readonly userExits: number;
  readonly hypercalls: number;
  readonly callouts: number;
  readonly exceptions: number;
  readonly contextSwitches: number;
  readonly systemCalls: number;
}

/** Counts the steps of a stretch by kind. */
export function countSteps(trace: Trace, rows: Int32Array): StepCounts {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const kind = trace.kind[row] ?? 0;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const count = (kind: number) => counts.get(kind) ?? 0;
  return {
    ...countRows(trace, rows),
    steps: rows.length,
    userExits: count(KIND.userExit),
    hypercalls: count(KIND.hypercall),
    callouts: count(KIND.callout),
    exceptions: count(KIND.exception),
    contextSwitches: count(KIND.contextSwitch),
    systemCalls: count(KIND.systemCall),
  };
}

/** One thing that is counted and compared. */
export interface Measure {
  readonly label: string;
  readonly one: string;
  readonly many: string;
  readonly count: (counts: StepCounts) => number;
  readonly bytes?: (counts: StepCounts) => number;
}

/** What is compared, in the order of what matters. */
export const MEASURES: readonly Measure[] = [
  measure("VM exits", "exit", "exits", ({ exits }) => exits),
  measure("Exits to user space", "exit to user space", "exits to user space", (c) => c.userExits),
  measure("Hypercalls", "hypercall", "hypercalls", ({ hypercalls }) => hypercalls),
  measure("Callouts", "callout", "callouts", ({ callouts }) => callouts),
  measure("Faults taken by the hypervisor", "fault", "faults", ({ exceptions }) => exceptions),
  {
    ...measure("Copies by a CPU", "copy", "copies", ({ copies }) => copies),
    bytes: ({ copiedBytes }) => copiedBytes,
  },
  {
    ...measure("Device reads guest memory", "DMA read", "DMA reads", ({ dmaReads }) => dmaReads),
    bytes: ({ dmaReadBytes }) => dmaReadBytes,
  },
  {
    ...measure("Device writes guest memory", "DMA write", "DMA writes", (c) => c.dmaWrites),
    bytes: ({ dmaWrittenBytes }) => dmaWrittenBytes,
  },
  measure("Interrupts taken", "interrupt", "interrupts", ({ interrupts }) => interrupts),
  measure("Context switches", "switch", "switches", ({ contextSwitches }) => contextSwitches),
  measure("System calls", "system call", "system calls", ({ systemCalls }) => systemCalls),
  measure("Register accesses", "register access", "register accesses", (counts) => {
    return counts.registerReads + counts.registerWrites;
  }),
  measure("Ring accesses", "ring access", "ring accesses", (counts) => {
    return counts.ringLoads + counts.ringStores;
  }),
  measure("Steps in all", "step", "steps", ({ steps }) => steps),
];

/** What a stretch has of a measure: "2 copies, 120 B"; empty when it has none. */
export function measureText({ one, many, count, bytes }: Measure, counts: StepCounts): string {
  const value = count(counts);
  if (value === 0) return "";
  const text = counted(value, one, many);
  return bytes === undefined ? text : `${text}, ${byteText(bytes(counts))}`;
}

function measure(label: string, one: string, many: string, count: Measure["count"]): Measure {
  return { label, one, many, count };
}
