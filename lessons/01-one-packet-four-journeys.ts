import { type Claim, type FlowRun, flowRunOf } from "#components";
import { describeRow, type Direction, findMode, generatePackets, KIND, simulate } from "#engine";

/** The modes of this lesson, by what tells them apart. */
const LABELS: Readonly<Record<string, string>> = {
  "vtx-rtl8139": "RTL8139, emulated",
  "virtio-qemu": "virtio-net in QEMU",
  "vf-injected": "SR-IOV VF, interrupts injected",
  "vf-posted": "SR-IOV VF, interrupts posted",
};

/** The four ways, in the order of every list of modes. */
export const JOURNEYS = Object.entries(LABELS).map(([id, label]) => ({ id, label }));

/** What a reader may change. */
export interface JourneyInputs {
  readonly direction: Direction;
  /** Bytes of the frame without FCS, 60 to 1 514. */
  readonly sizeBytes: number;
}

/** The lesson's inputs at rest and at their extremes: every claim holds at each. */
export const INPUTS: readonly JourneyInputs[] = (["tx", "rx", "echo"] as const).flatMap(
  (direction) => [60, 61, 1514].map((sizeBytes) => ({ direction, sizeBytes })),
);

/** The journeys of one frame, and of the smallest one for comparison. */
export interface Journeys extends JourneyInputs {
  readonly runs: readonly FlowRun[];
  readonly smallest: readonly FlowRun[];
}

/** Sends one frame through each of the four modes. */
export function journeys({ direction, sizeBytes }: JourneyInputs): Journeys {
  const through = (bytes: number): FlowRun[] => {
    const frames = generatePackets({
      frameBytesWithoutFcs: bytes,
      seed: 1,
      direction: direction === "rx" ? "rx" : "tx",
      count: 1,
    });
    return JOURNEYS.map(({ id }) => flowRunOf(simulate({ mode: findMode(id), direction, frames })));
  };
  const runs = through(sizeBytes);
  return { direction, sizeBytes, runs, smallest: sizeBytes === 60 ? runs : through(60) };
}

/** The run of one mode; throws when the lesson does not have it. */
export function runOf({ runs }: Pick<Journeys, "runs">, id: string): FlowRun {
  const run = runs.find(({ modeId }) => modeId === id);
  if (run === undefined) throw new RangeError(`Mode ${id} is not in this lesson.`);
  return run;
}

/** VM exits of a run but for HLT: an idle guest sleeps, whatever NIC it has. */
function awakeExits({ totals }: FlowRun): number {
  return totals.exits - (totals.exitsByReason["HLT"] ?? 0);
}

/** VM exits by mode, those of an idle guest left out: what is bet on. */
export function exitsOf({ runs }: Pick<Journeys, "runs">): Record<string, number> {
  return Object.fromEntries(runs.map((run) => [run.modeId, awakeExits(run)]));
}

/** One exit with what the guest did when it happened. */
export interface ExitCause {
  readonly number: number;
  /** The access that exits, as a predicate of the driver; what happens next if it is no access. */
  readonly access: string;
  readonly reason: string;
}

/** Why each exit of a run happened, in order. */
export function exitCauses({ trace, registers }: FlowRun): ExitCause[] {
  const causes: ExitCause[] = [];
  for (let row = 0; row < trace.length; row++) {
    if (trace.kind[row] !== KIND.vmExit) continue;
    const next = trace.kind[row + 1] ?? 0;
    const isAccess = next >= KIND.mmioRead && next <= KIND.configWrite;
    const reason = trace.names[trace.where[row] ?? 0] ?? "";
    const otherwise = reason === "HLT" ? "has nothing left to do" : "ends the interrupt";
    const access = isAccess ? describeRow(trace, row + 1, registers) : otherwise;
    causes.push({ number: causes.length + 1, access, reason });
  }
  return causes;
}

/** Interrupts of the RTL8139 that the guest took. */
function cardInterrupts({ trace }: FlowRun): number {
  let count = 0;
  for (let row = 0; row < trace.length; row++) {
    const isInterrupt = trace.kind[row] === KIND.interruptTaken;
    if (isInterrupt && trace.names[trace.where[row] ?? 0] === "intx") count++;
  }
  return count;
}

const ways = ({ direction }: JourneyInputs) => (direction === "echo" ? 2 : 1);

/** What the lesson asserts; each is checked on the reader's own run. */
export const CLAIMS = {
  everyAccessExits: {
    statement: "RTL8139: every access of the driver to a register is one VM exit.",
    holds: (it) => {
      const { exitsByReason, registerReads, registerWrites } = runOf(it, "vtx-rtl8139").totals;
      return exitsByReason["EPT misconfiguration"] === registerReads + registerWrites;
    },
  },
  oneMoreForTheInterrupt: {
    statement: "RTL8139: what remains is one exit for the end of each interrupt of the card.",
    holds: (it) => {
      const run = runOf(it, "vtx-rtl8139");
      const { registerReads, registerWrites } = run.totals;
      return awakeExits(run) === registerReads + registerWrites + cardInterrupts(run);
    },
  },
  oneKick: {
    statement: "virtio: one exit for a frame that is sent, none for one that arrives.",
    holds: (it) => awakeExits(runOf(it, "virtio-qemu")) === (it.direction === "rx" ? 0 : 1),
  },
  sizeDoesNotMatter: {
    statement: "In all four, a frame of this size exits as often as the smallest one.",
    holds: ({ runs, smallest }) =>
      runs.every(({ totals }, index) => totals.exits === smallest[index]?.totals.exits),
  },
  threeCopies: {
    statement: "RTL8139: each way, CPUs copy the whole frame three times.",
    holds: (it) => {
      const { copies, copiedBytes } = runOf(it, "vtx-rtl8139").totals;
      return copies === 3 * ways(it) && copiedBytes === copies * it.sizeBytes;
    },
  },
  postedNever: {
    statement: "SR-IOV with posted interrupts: no exit for the frame, whichever way it goes.",
    holds: (it) => awakeExits(runOf(it, "vf-posted")) === 0,
  },
  injectedOnlyForInterrupts: {
    statement: "SR-IOV with injected interrupts: every exit is an interrupt that met a busy guest.",
    holds: (it) => {
      const run = runOf(it, "vf-injected");
      return awakeExits(run) === (run.totals.exitsByReason["external interrupt"] ?? 0);
    },
  },
  oneCopy: {
    statement: "SR-IOV: each way, the only copy is the socket's; the NIC moves the rest itself.",
    holds: (it) => {
      const { copies, copiedBytes } = runOf(it, "vf-posted").totals;
      return copies === ways(it) && copiedBytes === copies * it.sizeBytes;
    },
  },
  fewestExits: {
    statement: "The RTL8139 exits more often than each of the others.",
    holds: (it) => {
      const emulated = runOf(it, "vtx-rtl8139").totals.exits;
      const others = it.runs.filter(({ modeId }) => modeId !== "vtx-rtl8139");
      return others.every(({ totals }) => totals.exits < emulated);
    },
  },
} as const satisfies Record<string, Claim<Journeys>>;
