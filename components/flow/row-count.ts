import { KIND, type Totals, type Trace } from "#engine";

/** What is counted beside a drawing; each is a sum over rows, the same for a packet and for a run. */
export type FlowCounts = Pick<
  Totals,
  | "exits"
  | "registerReads"
  | "registerWrites"
  | "ringLoads"
  | "ringStores"
  | "interruptMessages"
  | "interrupts"
  | "copies"
  | "copiedBytes"
  | "dmaReads"
  | "dmaReadBytes"
  | "dmaWrites"
  | "dmaWrittenBytes"
>;

/** Counts rows by kind. */
export function countRows(trace: Trace, rows: Int32Array): FlowCounts {
  const counts = new Float64Array(64);
  const sums = new Float64Array(64);
  for (const row of rows) {
    const kind = trace.kind[row] ?? 0;
    counts[kind] = (counts[kind] ?? 0) + 1;
    sums[kind] = (sums[kind] ?? 0) + (trace.a[row] ?? 0);
  }
  const count = (...kinds: number[]) => kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
  const sum = (kind: number) => sums[kind] ?? 0;
  return {
    exits: count(KIND.vmExit),
    registerReads: count(KIND.mmioRead, KIND.pioRead, KIND.configRead),
    registerWrites: count(KIND.mmioWrite, KIND.pioWrite, KIND.configWrite),
    ringLoads: count(KIND.ringLoad),
    ringStores: count(KIND.ringStore),
    interruptMessages: count(KIND.msix, KIND.intxAssert),
    interrupts: count(KIND.interruptTaken),
    copies: count(KIND.copy),
    copiedBytes: sum(KIND.copy),
    dmaReads: count(KIND.dmaRead),
    dmaReadBytes: sum(KIND.dmaRead),
    dmaWrites: count(KIND.dmaWrite),
    dmaWrittenBytes: sum(KIND.dmaWrite),
  };
}

/** One line of the list beside a drawing. */
export interface CountLine {
  readonly label: string;
  readonly count: (counts: FlowCounts) => number;
  /** Bytes that go with the count, where there are any. */
  readonly bytes?: (counts: FlowCounts) => number;
}

/** The lines, in the order of what matters. */
export const COUNT_LINES: readonly CountLine[] = [
  { label: "VM exits", count: (counts) => counts.exits },
  { label: "Interrupts taken", count: (counts) => counts.interrupts },
  {
    label: "Copies by a CPU",
    count: (counts) => counts.copies,
    bytes: (counts) => counts.copiedBytes,
  },
  {
    label: "Device reads guest memory",
    count: (counts) => counts.dmaReads,
    bytes: (counts) => counts.dmaReadBytes,
  },
  {
    label: "Device writes guest memory",
    count: (counts) => counts.dmaWrites,
    bytes: (counts) => counts.dmaWrittenBytes,
  },
  {
    label: "Register accesses",
    count: (counts) => counts.registerReads + counts.registerWrites,
  },
  { label: "Ring accesses", count: (counts) => counts.ringLoads + counts.ringStores },
];
