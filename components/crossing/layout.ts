import { ACTORS } from "#engine";
import { scaleBand, scaleLinear } from "d3-scale";
import type { Block, Side } from "../block/block.ts";
import { GUEST_LANES, LANES, type Lane } from "../flow/lane.ts";
import { fitted } from "./text-fit.ts";

/** How large a drawing is laid out. */
export interface CrossingSize {
  /** Width in CSS pixels. */
  readonly width: number;
  /** How many times as large as on a page: letters and what they stand in. */
  readonly scale: number;
}

/** A rectangle in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A block with its place. */
export interface LaidBlock extends Box {
  readonly block: Block;
  /** Number of its row of blocks, from the top. */
  readonly row: number;
  /** Its title, as far as there is room. */
  readonly title: string;
}

/** A layer with its place: the guest's memory is a row of its own in the kernel's band. */
export interface LaidBand extends Box, Lane {
  readonly labelX: number;
  readonly labelY: number;
  /** Whether any of its blocks acts in this run. */
  readonly used: boolean;
}

/** Where everything stands, and nothing of how it looks. */
export interface CrossingLayout {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  /** Band labels stand above their blocks instead of left of them. */
  readonly compact: boolean;
  readonly bands: readonly LaidBand[];
  readonly blocks: readonly LaidBlock[];
  /** Top and bottom of each row of blocks. */
  readonly rows: readonly { readonly top: number; readonly bottom: number }[];
  /** Height of the line between guest and host, or of the words that there is none. */
  readonly lineY: number;
  /** Index of the first row below the line. */
  readonly lineRow: number;
  /** Free ways from top to bottom: left of all, between the columns, and right of all. */
  readonly alleys: readonly number[];
  /** Left and right end of what is drawn. */
  readonly left: number;
  readonly right: number;
}

/** What of a run is laid out. */
export interface CrossingPlan {
  readonly blocks: readonly Block[];
  /** Whether guest and host are two. */
  readonly hasLine: boolean;
}

/** Below this width, at scale 1, labels stand above their blocks. */
const COMPACT_BELOW_PX = 600;
const SIDES: readonly Side[] = ["send", "both", "receive"];
/** The middle holds more blocks than the ways out and in; most so where there is little room. */
const WEIGHTS = { wide: [1, 1.3, 1], compact: [1, 1.6, 1] } as const;

/** Where there is little room: from a label's baseline down to its band, with and without a way between. */
const LABEL_PX = { aboveWay: 22, belowWay: 11 } as const;

/** The ends of every packet's way. */
const ENDS: ReadonlySet<number> = new Set([ACTORS.guestApplication.code, ACTORS.wire.code]);

interface Measures {
  readonly label: number;
  readonly gutter: number;
  readonly alley: number;
  readonly channel: number;
  readonly block: number;
  readonly memory: number;
  readonly empty: number;
  readonly line: number;
}

function measuresOf(scale: number, compact: boolean): Measures {
  const at = (px: number) => px * scale;
  return {
    label: compact ? 0 : at(112),
    gutter: at(compact ? 14 : 28),
    alley: at(compact ? 14 : 28),
    channel: at(compact ? 44 : 32),
    block: at(40),
    memory: at(28),
    empty: at(24),
    line: at(compact ? 112 : 84),
  };
}

/** Lays out the blocks of a run: guest above, wire below, the way out left and the way in right. */
export function layOutCrossing(plan: CrossingPlan, { width, scale }: CrossingSize): CrossingLayout {
  const compact = width / scale < COMPACT_BELOW_PX;
  const measures = measuresOf(scale, compact);
  const left = measures.label + measures.gutter;
  const right = width - measures.gutter;
  const columns = columnsOf(left, right, measures.alley, compact);
  const rows: { top: number; bottom: number }[] = [];
  const blocks: LaidBlock[] = [];
  const bands: LaidBand[] = [];
  let y = compact ? measures.channel / 2 : 4 * scale;
  let lineY = 0;
  let lineRow = 0;
  for (const lane of LANES) {
    const own = plan.blocks.filter(({ actor }) => actor === lane.actor);
    if (!plan.hasLine && own.length === 0 && lane.actor >= GUEST_LANES) continue;
    if (lane.actor === GUEST_LANES || (!plan.hasLine && lineY === 0 && lane.actor > GUEST_LANES)) {
      const gap = plan.hasLine ? measures.line : measures.channel * 1.6;
      lineY = y - measures.channel + gap / 2;
      lineRow = rows.length;
      y += gap - measures.channel;
    }
    const top = y;
    const isBelowLine = lineY > 0 && rows.length === lineRow;
    for (const part of rowsOfBand(own)) {
      const height =
        own.length === 0
          ? measures.empty
          : part.every(({ kind }) => kind === "memory")
            ? measures.memory
            : measures.block;
      const box = { x: 0, y, width, height };
      blocks.push(...laidRow(part, rows.length, box, columns, scale));
      rows.push({ top: y, bottom: y + height });
      y += height + measures.channel;
    }
    const height = y - measures.channel - top;
    bands.push({
      ...lane,
      x: measures.label,
      y: top,
      width: width - measures.label,
      height,
      labelX: compact ? left : 0,
      labelY: compact
        ? top - LABEL_PX[isBelowLine ? "aboveWay" : "belowWay"] * scale
        : top + Math.min(height, measures.block) / 2 + 4 * scale,
      used: own.some(({ kind }) => kind === "agent"),
    });
  }
  const alleys = alleysBetween(columns, measures.gutter);
  const height = y - measures.channel + 10 * scale;
  return {
    width,
    height,
    scale,
    compact,
    bands,
    blocks,
    rows,
    lineY,
    lineRow,
    alleys,
    left,
    right,
  };
}

/** Left of all columns, between them, and right of all. */
function alleysBetween([first, second, third]: Columns, gutter: number): number[] {
  return [
    first.x - gutter / 2,
    (first.x + first.width + second.x) / 2,
    (second.x + second.width + third.x) / 2,
    third.x + third.width + gutter / 2,
  ];
}

/** The driver's band has two rows: who acts, and the memory that it shares with the host. */
function rowsOfBand(own: readonly Block[]): readonly (readonly Block[])[] {
  const isGuest = own.some(({ actor }) => actor < GUEST_LANES);
  if (!isGuest) return [own];
  const parts = [
    own.filter(({ kind }) => kind === "agent"),
    own.filter(({ kind }) => kind === "memory"),
  ];
  return parts.filter((part) => part.length > 0);
}

type Columns = readonly [Column, Column, Column];
interface Column {
  readonly x: number;
  readonly width: number;
}

function columnsOf(left: number, right: number, alley: number, compact: boolean): Columns {
  const weights = compact ? WEIGHTS.compact : WEIGHTS.wide;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const x = scaleLinear([0, total], [left, right - 2 * alley]);
  const column = (index: number): Column => {
    const start = weights.slice(0, index).reduce((sum, weight) => sum + weight, 0);
    const end = start + (weights[index] ?? 0);
    return { x: x(start) + index * alley, width: x(end) - x(start) };
  };
  return [column(0), column(1), column(2)];
}

/** The blocks of one row: those of a side share its column; application and wire span all. */
function laidRow(
  own: readonly Block[],
  row: number,
  { y, height }: Box,
  columns: Columns,
  scale: number,
): LaidBlock[] {
  const [only] = own;
  if (own.length === 1 && only !== undefined && ENDS.has(only.actor)) {
    const x = columns[0].x;
    const width = columns[2].x + columns[2].width - x;
    return [{ block: only, row, x, y, width, height, title: fitted(only, width, scale) }];
  }
  return SIDES.flatMap((side, index) => {
    const mine = own.filter((block) => block.side === side);
    const column = columns[index];
    if (column === undefined || mine.length === 0) return [];
    const ids = mine.map(({ id }) => id);
    const place = scaleBand(ids, [column.x, column.x + column.width]).paddingInner(0.08);
    const width = place.bandwidth();
    return mine.map((block) => ({
      block,
      row,
      x: place(block.id) ?? column.x,
      y,
      width,
      height,
      title: fitted(block, width, scale),
    }));
  });
}
