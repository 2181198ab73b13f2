import { KIND } from "#engine";
import { blocksOf } from "../block/blocks-of.ts";
import { hasLine } from "../flow/flow-run.ts";
import type { PacketStory } from "../flow/story.ts";
import { type BlockCount, blockCounts, changesAt } from "./block-count.ts";
import { type CrossingCount, crossingCounts } from "./crossing-count.ts";
import type { CrossingRun } from "./crossing-run.ts";
import { type DataMove, dataMovesOf } from "./data-move.ts";
import { hopAt, type Hop, hopsOf } from "./hop.ts";
import { type HopLabel, hopLabel } from "./hop-label-place.ts";
import {
  type CrossingLayout,
  type CrossingSize,
  type LaidBlock,
  layOutCrossing,
} from "./layout.ts";
import { type Point, routeOf } from "./route.ts";

/** A hop that is drawn: its ends and its way. */
export interface LaidHop extends Hop {
  readonly points: readonly Point[];
}

/** Everything that a drawing shows of one step, and nothing of how it looks. */
export interface CrossingScene {
  readonly layout: CrossingLayout;
  readonly hasLine: boolean;
  /** Id of the block that acts, and of the memory that it reads or writes. */
  readonly lit: string | undefined;
  readonly touched: string | undefined;
  /** Whether the step writes the memory it touches. */
  readonly writes: boolean;
  /** The way so far: each pair of blocks once. */
  readonly trail: readonly LaidHop[];
  /** The hand-over that led to the block that acts, and its words. */
  readonly hop: LaidHop | undefined;
  readonly label: HopLabel | undefined;
  /** The access to memory, from who acts to what it touches. */
  readonly access: readonly Point[];
  /** The frame's move at this step. */
  readonly move: { readonly points: readonly Point[]; readonly by: DataMove["by"] } | undefined;
  /** Where the frame's bytes are now, and how many. */
  readonly data: { readonly blockId: string; readonly bytes: number } | undefined;
  readonly counts: ReadonlyMap<string, BlockCount>;
  readonly changes: ReadonlyMap<string, number>;
  readonly crossings: CrossingCount;
}

const WRITES: ReadonlySet<number> = new Set([KIND.ringStore, KIND.dmaWrite]);

/** Places everything of a step of a packet. */
export function sceneOf(
  run: CrossingRun,
  story: PacketStory,
  step: number,
  size: CrossingSize,
): CrossingScene {
  const { blocks, of, memoryOf } = blocksOf(run);
  const layout = layOutCrossing({ blocks, hasLine: hasLine(run) }, size);
  const laid = new Map(layout.blocks.map((one) => [one.block.id, one]));
  const row = story.rows[step];
  const hops = hopsOf(run, story);
  const current = hopAt(hops, step);
  const hop = current && laidHop(layout, laid, current);
  const actor = row === undefined ? undefined : of(row);
  const memory = row === undefined ? undefined : memoryOf(row);
  const { moves, counts } = factsOf(run, story);
  const last = moves.findLast((move) => move.step <= step);
  return {
    layout,
    hasLine: hasLine(run),
    lit: actor?.id,
    touched: memory?.id,
    writes: row !== undefined && WRITES.has(run.trace.kind[row] ?? 0),
    trail: trailOf(hops, step).flatMap((one) => laidHop(layout, laid, one) ?? []),
    hop,
    label: hop && hopLabel(layout, hop.points, hop),
    access: routeBetween(layout, laid.get(actor?.id ?? ""), laid.get(memory?.id ?? "")),
    move: last?.step === step ? movePath(layout, laid, last) : undefined,
    data: last && { blockId: last.to, bytes: last.bytes },
    counts,
    changes: changesAt(run, row ?? -1),
    crossings: crossingCounts(run, story.rows, step),
  };
}

interface StoryFacts {
  readonly moves: readonly DataMove[];
  readonly counts: ReadonlyMap<string, BlockCount>;
}

const known = new WeakMap<PacketStory, StoryFacts>();

/** What holds for all steps of a packet, found only once. */
function factsOf(run: CrossingRun, story: PacketStory): StoryFacts {
  let facts = known.get(story);
  if (facts === undefined) {
    facts = { moves: dataMovesOf(run, story.rows), counts: blockCounts(run, story.rows) };
    known.set(story, facts);
  }
  return facts;
}

/** Each pair of blocks that the packet's way went between, once. */
function trailOf(hops: readonly Hop[], step: number): Hop[] {
  const pairs = new Map<string, Hop>();
  for (const hop of hops) {
    if (hop.step > step) break;
    const pair = `${hop.from.id} ${hop.to.id}`;
    if (!pairs.has(pair)) pairs.set(pair, hop);
  }
  return [...pairs.values()];
}

type Laid = ReadonlyMap<string, LaidBlock>;

function laidHop(layout: CrossingLayout, laid: Laid, hop: Hop): LaidHop | undefined {
  const points = routeBetween(layout, laid.get(hop.from.id), laid.get(hop.to.id));
  return points.length === 0 ? undefined : { ...hop, points };
}

function movePath(layout: CrossingLayout, laid: Laid, move: DataMove): CrossingScene["move"] {
  const points = routeBetween(layout, laid.get(move.from ?? ""), laid.get(move.to));
  return points.length === 0 ? undefined : { points, by: move.by };
}

function routeBetween(
  layout: CrossingLayout,
  from: LaidBlock | undefined,
  to: LaidBlock | undefined,
): readonly Point[] {
  return from === undefined || to === undefined || from === to ? [] : routeOf(layout, from, to);
}
