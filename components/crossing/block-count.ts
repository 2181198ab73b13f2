import { type History, KIND, rowCycles } from "#engine";
import { blocksOf } from "../block/blocks-of.ts";
import { sectionsOf } from "./block-sections.ts";
import type { CrossingRun } from "./crossing-run.ts";

/** What a block did for a packet. */
export interface BlockCount {
  /** Steps in which it acted. */
  readonly times: number;
  /** Their typical cycles. */
  readonly cycles: number;
}

/** What each block did in a packet's steps, by id. */
export function blockCounts(run: CrossingRun, rows: Int32Array): ReadonlyMap<string, BlockCount> {
  const { of } = blocksOf(run);
  const charges = run.costs?.charges ?? [];
  const counts = new Map<string, BlockCount>();
  for (const row of rows) {
    const { id } = of(row);
    const { times, cycles } = counts.get(id) ?? { times: 0, cycles: 0 };
    counts.set(id, { times: times + 1, cycles: cycles + rowCycles(run.trace, row, charges) });
  }
  return counts;
}

const WRITES: readonly (number | undefined)[] = [KIND.ringStore, KIND.dmaWrite, KIND.copy];

/** How many values of each block's state changed at a row, by id; blocks without a change are left out. */
export function changesAt(run: CrossingRun, row: number): ReadonlyMap<string, number> {
  const { history } = run;
  const changes = new Map<string, number>();
  if (history === undefined || row < 0) return changes;
  const { blocks, memoryOf } = blocksOf(run);
  const snapshot = history.at(row);
  const changed = new Set(snapshot.changedSections);
  if (changed.size > 0) {
    for (const block of blocks) {
      const ids = sectionsOf(blocks, snapshot.sections, block).filter((id) => changed.has(id));
      const count = ids.reduce((sum, id) => sum + changedLines(history, row, id), 0);
      if (count > 0) changes.set(block.id, count);
    }
  }
  const memory = WRITES.includes(run.trace.kind[row]) ? memoryOf(row) : undefined;
  if (memory !== undefined && snapshot.writes.length > 0) {
    changes.set(memory.id, (changes.get(memory.id) ?? 0) + snapshot.writes.length);
  }
  return changes;
}

function changedLines(history: History, row: number, section: string): number {
  const lines = history.at(row).section(section)?.lines ?? [];
  return lines.reduce((sum, { changed }) => sum + changed.filter(Boolean).length, 0);
}
