import { actorLabel, describeRow, KIND, type Trace } from "#engine";
import { counted } from "../number-text.ts";
import { type FlowCounts, countRows } from "./row-count.ts";
import type { FlowRun } from "./flow-run.ts";
import { type HandOver, handOversOf } from "./hand-over.ts";
import { PacketRows } from "./packet-rows.ts";
import { isRegisterAccess, stepsOf } from "./steps.ts";

/** The journey of one packet of a run: its steps, hand-overs and counts. */
export interface PacketStory {
  /** The packet, counted from 1. */
  readonly packet: number;
  /** The rows of the trace in the order of the steps. */
  readonly rows: Int32Array;
  readonly handOvers: readonly HandOver[];
  readonly counts: FlowCounts;
}

/** Tells the journeys of a run's packets; finds the rows of each only once. */
export class StoryTeller {
  readonly run: FlowRun;
  readonly #rows: PacketRows;

  constructor(run: FlowRun) {
    this.run = run;
    this.#rows = new PacketRows(run.trace, run.packetCount);
  }

  /** The journey of a packet, from 1 to the run's `packetCount`. */
  story(packet: number): PacketStory {
    const { trace } = this.run;
    const rows = stepsOf(trace, this.#rows.of(packet - 1));
    const counts = countRows(trace, rows);
    return { packet, rows, handOvers: handOversOf(trace, rows), counts };
  }
}

/** The step that tells most at first sight: the first exit, or else the first register access. */
export function restingStep(trace: Trace, rows: Int32Array): number {
  const exit = rows.findIndex((row) => trace.kind[row] === KIND.vmExit);
  if (exit >= 0) return exit;
  const access = rows.findIndex((row) => isRegisterAccess(trace, row));
  return Math.max(0, access);
}

/** The sentence of a step: "12 of 41 · Device model reads 16 bytes …". Steps count from 0. */
export function stepSentence(run: FlowRun, rows: Int32Array, step: number): string {
  const row = rows[step];
  if (row === undefined) return "Nothing happened to this packet.";
  return `${step + 1} of ${rows.length} · ${subjectOf(run, row)} ${predicateOf(run, row)}.`;
}

/** Who acts in a row. */
export function subjectOf(run: FlowRun, row: number): string {
  return actorLabel(run.trace, row);
}

/** What happens in a row. */
export function predicateOf(run: FlowRun, row: number): string {
  return describeRow(run.trace, row, run.registers);
}

/** A whole journey in one sentence, for those who cannot see the drawing. */
export function journeyText(run: FlowRun, { packet, rows, counts }: PacketStory): string {
  const which = run.packetCount > 1 ? `Packet ${packet} of ${run.packetCount}` : "The packet";
  const ways = { tx: "leaves the guest", rx: "enters the guest", echo: "leaves and comes back" };
  return (
    `${run.title}. ${which} ${ways[run.direction]} in ${counted(rows.length, "step")}: ` +
    `${counted(counts.exits, "VM exit")}, ${counted(counts.interrupts, "interrupt")}, ` +
    `${counted(counts.copies, "copy", "copies")}.`
  );
}
