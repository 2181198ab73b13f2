import { KIND } from "#engine";
import type { Block } from "../block/block.ts";
import { blocksOf } from "../block/blocks-of.ts";
import type { FlowRun } from "../flow/flow-run.ts";
import type { HandOver, HandOverKind } from "../flow/hand-over.ts";
import { isGuestSide } from "../flow/steps.ts";
import type { PacketStory } from "../flow/story.ts";
import { entryLabel, goesOnLabel, handOverLabel } from "./hop-label.ts";

/** A step from one block to another, with what led there. */
export interface Hop {
  readonly from: Block;
  readonly to: Block;
  /** The step that it leads to. */
  readonly step: number;
  /** `on` when the same thread only goes on elsewhere. */
  readonly kind: HandOverKind | "on";
  readonly label: string;
  /** Whether it crosses the line between guest and host. */
  readonly crosses: boolean;
}

const known = new WeakMap<PacketStory, readonly Hop[]>();

/** The way of a packet from block to block, in the order of its steps; found only once. */
export function hopsOf(run: FlowRun, story: PacketStory): readonly Hop[] {
  let hops = known.get(story);
  if (hops === undefined) {
    hops = findHops(run, story);
    known.set(story, hops);
  }
  return hops;
}

function findHops(run: FlowRun, { rows, handOvers }: PacketStory): Hop[] {
  const blocks = blocksOf(run);
  const leading = new Map<number, HandOver>();
  for (const handOver of handOvers) {
    if (handOver.kind !== "entry") leading.set(handOver.toStep, handOver);
  }
  const hops: Hop[] = [];
  for (let step = 1; step < rows.length; step++) {
    const to = blocks.of(rows[step] ?? 0);
    const before = blocks.of(rows[step - 1] ?? 0);
    const handOver = leading.get(step);
    if (handOver === undefined && to === before) continue;
    const from = handOver === undefined ? before : blocks.of(rows[handOver.fromStep] ?? 0);
    if (from === to) continue;
    hops.push({ from, to, step, ...reasonOf(run, rows, step, handOver) });
  }
  return hops;
}

function reasonOf(
  run: FlowRun,
  rows: Int32Array,
  step: number,
  handOver: HandOver | undefined,
): Pick<Hop, "kind" | "label" | "crosses"> {
  const row = rows[step] ?? 0;
  const before = rows[step - 1] ?? 0;
  if (handOver !== undefined) {
    const { kind, crosses } = handOver;
    return { kind, crosses, label: handOverLabel(run, rows, handOver) };
  }
  const crosses = isGuestSide(run.trace, row) !== isGuestSide(run.trace, before);
  if (run.trace.kind[before] === KIND.vmEntry) {
    return { kind: "entry", crosses, label: entryLabel(run, row) };
  }
  return { kind: "on", crosses, label: goesOnLabel(run, before, row) };
}

/** The hop that led to the block of a step: the last one up to it. */
export function hopAt(hops: readonly Hop[], step: number): Hop | undefined {
  return hops.findLast((hop) => hop.step <= step);
}
