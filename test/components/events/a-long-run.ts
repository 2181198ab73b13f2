import type { ExplorerRun } from "#components";
import { ACTORS, KIND } from "#engine";
import { TraceStore } from "../../../engine/trace/store.ts";
import { aRun } from "./a-run.ts";

/** A run with a trace of so many rows: stores, and an exit among every hundred. */
export function aLongRun(rowCount: number): ExplorerRun {
  const store = new TraceStore(true, rowCount);
  const ring = store.id("tx_ring");
  for (let row = 0; row < rowCount; row++) {
    const isExit = row % 100 === 0;
    const actor = isExit ? ACTORS.hypervisor.code : ACTORS.guestDriver.code;
    store.packet = Math.floor(row / 100);
    store.row(row * 3, isExit ? KIND.vmExit : KIND.ringStore, actor, ring, 4, row % 256, row);
  }
  return { ...aRun(1), trace: store.finish(), registers: new Map() };
}
