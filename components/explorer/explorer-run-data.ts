import { History, type HistoryData, type Run } from "#engine";
import { flowRunOf } from "../flow/flow-run.ts";
import type { ExplorerRun } from "./explorer-run.ts";

/** A run as a worker posts it: plain values and nothing else. */
export interface ExplorerRunData extends Omit<ExplorerRun, "history"> {
  readonly history: HistoryData;
}

/**
 * What the explorer needs of a run that was made with its history and with prices.
 * @throws Error when it was made without.
 */
export function explorerRunDataOf(run: Run): ExplorerRunData {
  const { knobs, costs, cyclesPerMicrosecond, sentAtCycles, latencies, wire, history, places } =
    run;
  if (history === undefined) throw new Error("the run has no history: simulate with it");
  if (costs === undefined) throw new Error("the run has no costs: simulate with prices");
  const { prices, charges, elapsedCycles, resources } = costs;
  return {
    ...flowRunOf(run),
    knobs,
    costs: { prices, charges, elapsedCycles, resources },
    cyclesPerMicrosecond,
    sentAtCycles,
    latencies,
    wire,
    places,
    history,
  };
}

/** Opens what a worker posted. */
export function openRun(data: ExplorerRunData): ExplorerRun {
  return { ...data, history: new History(data.history) };
}

/** A run as the views take it, where engine and views are in one place. */
export function explorerRunOf(run: Run): ExplorerRun {
  return openRun(explorerRunDataOf(run));
}

/** The large buffers of a run's data, each once: post it with these and nothing is copied. */
export function transferList(data: ExplorerRunData): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const part of [data, data.trace, data.history]) {
    for (const value of Object.values(part)) collect(value, buffers);
  }
  for (const { bytes } of data.history.memory) collect(bytes, buffers);
  return [...buffers];
}

function collect(value: unknown, buffers: Set<ArrayBuffer>): void {
  if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
}
