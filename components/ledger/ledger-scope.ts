import { type Entry, isWork, type PriceList, priced, rowEntries, total } from "#engine";
import type { CostBar } from "../cost-bars/bar.ts";
import { partsOf } from "../cost-bars/parts-of.ts";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { tellerOf } from "../flow/story.ts";

/** What the ledger is of: the whole run, the packet that is looked at, or the selected step. */
export const LEDGER_SCOPES = ["run", "packet", "step"] as const;
/** One of {@link LEDGER_SCOPES}. */
export type LedgerScope = (typeof LEDGER_SCOPES)[number];

const wholeRuns = new WeakMap<ExplorerRun["trace"], readonly Entry[]>();

/** The entries of a scope at some prices: as often as counted in the run, whatever the prices. */
export function scopeEntries(
  run: ExplorerRun,
  scope: LedgerScope,
  packet: number,
  row: number,
  prices: PriceList,
): readonly Entry[] {
  return counted(run, scope, packet, row).map((entry) => priced(entry, prices));
}

function counted(
  run: ExplorerRun,
  scope: LedgerScope,
  packet: number,
  row: number,
): readonly Entry[] {
  const { trace, costs } = run;
  if (scope === "step") return row < 0 ? [] : rowEntries(trace, [row], costs);
  if (scope === "packet") return rowEntries(trace, tellerOf(run).story(packet).rows, costs);
  let entries = wholeRuns.get(trace);
  if (entries === undefined) {
    entries = rowEntries(trace, allRows(trace.length), costs);
    wholeRuns.set(trace, entries);
  }
  return entries;
}

/** Entries per packet of so many. */
export function perPacket(
  entries: readonly Entry[],
  packets: number,
  prices: PriceList,
): readonly Entry[] {
  return entries.map((entry) =>
    priced(
      { ...entry, count: entry.count / packets, warmCount: entry.warmCount / packets },
      prices,
    ),
  );
}

/** Entries that CPUs pay for packets: without DMA, wire, idle time and polls that found nothing. */
export function workOf(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ category }) => isWork(category));
}

/** A bar of the CPU work among some entries. */
export function scopeBar(
  id: string,
  title: string,
  entries: readonly Entry[],
  prices: PriceList,
  latencyMicroseconds: number,
): CostBar {
  const work = workOf(entries);
  const polls = entries.filter(({ category }) => category === "polling");
  return {
    id,
    title,
    parts: partsOf(work, prices),
    total: total({ prices }, work),
    emptyPolls: total({ prices }, polls).typical,
    latencyMicroseconds,
  };
}

function* allRows(length: number): Generator<number> {
  for (let row = 0; row < length; row++) yield row;
}
