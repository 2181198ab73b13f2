import { KIND, type Trace } from "#engine";
import { counted } from "../number-text.ts";
import { type FlowCounts, countRows } from "./row-count.ts";
import type { FlowRun } from "./flow-run.ts";
import { type HandOver, handOversOf } from "./hand-over.ts";
import { PacketRows } from "./packet-rows.ts";
import { predicateOf } from "../sentence/predicate.ts";
import { subjectOf } from "../sentence/subject.ts";
import { isRegisterAccess, stepsOf } from "./steps.ts";

/** How far a row can stand from where its number would put it, in steps. */
const STEPS_APART_MAX = 8;
/** Journeys that are kept. */
const TOLD_MAX = 32;

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
  /** The rows by packet. */
  readonly packetRows: PacketRows;
  /** The journeys told last, by packet. */
  readonly #told = new Map<number, PacketStory>();

  constructor(run: FlowRun) {
    this.run = run;
    this.packetRows = new PacketRows(run.trace, run.packetCount);
  }

  /** The journey of a packet, from 1 to the run's `packetCount`. */
  story(packet: number): PacketStory {
    const told = this.#told.get(packet);
    if (told !== undefined) return told;
    const { trace } = this.run;
    const rows = stepsOf(trace, this.packetRows.of(packet - 1));
    const counts = countRows(trace, rows);
    const story = { packet, rows, handOvers: handOversOf(trace, rows), counts };
    // A view asks for the packet it is at and its neighbours.
    if (this.#told.size >= TOLD_MAX) this.#told.clear();
    this.#told.set(packet, story);
    return story;
  }

  /** The journey that a row belongs to. */
  storyOfRow(row: number): PacketStory {
    return this.story(this.packetRows.ownerOf(row) + 1);
  }
}

const tellers = new WeakMap<FlowRun["trace"], StoryTeller>();

/** The teller of a run's journeys; the same for all views of one run. */
export function tellerOf(run: FlowRun): StoryTeller {
  let teller = tellers.get(run.trace);
  if (teller === undefined) {
    teller = new StoryTeller(run);
    tellers.set(run.trace, teller);
  }
  return teller;
}

/** The step of a journey that a row is, counted from 0; -1 when it is none. */
export function stepOfRow({ rows }: Pick<PacketStory, "rows">, row: number): number {
  // Steps are in the order of rows but for an access and what took it away, a few apart.
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < row) low = middle + 1;
    else high = middle;
  }
  const first = Math.max(0, low - STEPS_APART_MAX);
  const found = rows.subarray(first, low + STEPS_APART_MAX).indexOf(row);
  return found < 0 ? -1 : first + found;
}

/** Ways across the line, the dearest first. */
const TELLING_KINDS: readonly (readonly number[])[] = [
  [KIND.vmExit],
  [KIND.hypercall, KIND.callout],
];

/** The step that tells most at first sight: the first that crosses the line, or else the first register access. */
export function restingStep(trace: Trace, rows: Int32Array): number {
  for (const kinds of TELLING_KINDS) {
    const step = rows.findIndex((row) => kinds.includes(trace.kind[row] ?? 0));
    if (step >= 0) return step;
  }
  const access = rows.findIndex((row) => isRegisterAccess(trace, row));
  return Math.max(0, access);
}

/** The sentence of a step: "12 of 41 · Device model reads 16 bytes …". Steps count from 0. */
export function stepSentence(run: FlowRun, rows: Int32Array, step: number): string {
  const row = rows[step];
  if (row === undefined) return "Nothing happened to this packet.";
  return `${step + 1} of ${rows.length} · ${subjectOf(run, row)} ${predicateOf(run, row)}.`;
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
