import {
  type CostRange,
  type Entry,
  rowEntries,
  type Stage,
  stagesOf,
  type StageId,
  workCycles,
} from "#engine";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import type { PacketStory } from "../flow/story.ts";
import { countSteps, type StepCounts } from "./step-counts.ts";

/** The place before a packet's first stage: what woke the guest up, or went on behind a former one. */
export const BEFORE = "before";
/** A row of the alignment. */
export type SegmentId = StageId | typeof BEFORE;

/** The steps of one run from a stage to the next one that it reaches. */
export interface Segment {
  readonly id: SegmentId;
  /** Rows of the trace in the order in which they are told; none where the stage is absent. */
  readonly rows: Int32Array;
  /** The first step's place in the story, from 0, or -1. */
  readonly fromStep: number;
  /** Why the stage is absent; empty where it is reached. */
  readonly absent: string;
  /** The stage that comes after this one here although the order of stages has it before, or "". */
  readonly overtakes: string;
  readonly counts: StepCounts;
  readonly entries: readonly Entry[];
  /** CPU cycles of the steps. */
  readonly cycles: CostRange;
  /** Typical CPU cycles of all steps before. */
  readonly cyclesBefore: number;
  /** Microseconds since the packet set out at which the stage is reached; NaN where it is not. */
  readonly atMicroseconds: number;
}

/** A packet of one run, cut at its stages. */
export interface AlignedPacket {
  readonly run: ExplorerRun;
  readonly story: PacketStory;
  readonly stages: readonly Stage[];
  /** One for each row of the alignment, in its order. */
  readonly segments: readonly Segment[];
  readonly counts: StepCounts;
  readonly entries: readonly Entry[];
  readonly cycles: CostRange;
  /** From setting out to arriving; NaN for a packet that did not arrive. */
  readonly latencyMicroseconds: number;
}

/** Cuts a packet's story at the stages that it reaches; together the segments are the story. */
export function alignPacket(run: ExplorerRun, story: PacketStory): AlignedPacket {
  const { trace, costs, cyclesPerMicrosecond } = run;
  const { rows } = story;
  const stages = stagesOf(run, rows);
  const sent = run.sentAtCycles[story.packet - 1] ?? NaN;
  const since = (row: number) => ((trace.startCycles[row] ?? NaN) - sent) / cyclesPerMicrosecond;
  const reached = stages.filter(({ step }) => step >= 0).sort((a, b) => a.step - b.step);
  const cyclesAt = cumulated(run, rows);
  const segment = (id: SegmentId, from: number, to: number, more: Partial<Segment>): Segment => {
    const own = from < 0 ? new Int32Array() : rows.subarray(from, to);
    const entries = rowEntries(trace, own, costs);
    return {
      id,
      rows: own,
      fromStep: from,
      absent: "",
      overtakes: "",
      counts: countSteps(trace, own),
      entries,
      cycles: workCycles(costs, entries),
      cyclesBefore: from < 0 ? NaN : (cyclesAt[from] ?? 0),
      atMicroseconds: NaN,
      ...more,
    };
  };
  const first = reached[0]?.step ?? rows.length;
  const segments = [
    segment(BEFORE, 0, first, {}),
    ...stages.map((stage, at) => {
      if (stage.step < 0) return segment(stage.id, -1, -1, { absent: stage.absent });
      const next = reached[reached.indexOf(stage) + 1];
      const earlier = stages.slice(0, at).find(({ step }) => step > stage.step);
      return segment(stage.id, stage.step, next?.step ?? rows.length, {
        atMicroseconds: since(stage.row),
        overtakes: earlier?.label ?? "",
      });
    }),
  ];
  const entries = rowEntries(trace, rows, costs);
  const arrival = stages.find(({ id }) => id === (run.direction === "tx" ? "wire" : "delivered"));
  const end = arrival === undefined || arrival.row < 0 ? NaN : arrival.row;
  const last = Number.isNaN(end)
    ? NaN
    : since(end) + (trace.durationCycles[end] ?? 0) / cyclesPerMicrosecond;
  return {
    run,
    story,
    stages,
    segments,
    counts: countSteps(trace, rows),
    entries,
    cycles: workCycles(costs, entries),
    latencyMicroseconds: last,
  };
}

/** Typical CPU cycles before each step. */
function cumulated(run: ExplorerRun, rows: Int32Array): Float64Array {
  const before = new Float64Array(rows.length + 1);
  rows.forEach((row, step) => {
    const own = workCycles(run.costs, rowEntries(run.trace, [row], run.costs)).typical;
    before[step + 1] = (before[step] ?? 0) + own;
  });
  return before;
}
