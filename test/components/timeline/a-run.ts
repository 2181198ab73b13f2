import { flowRunOf, type ExplorerRun } from "#components";
import {
  type Direction,
  findMode,
  generatePackets,
  History,
  type HistoryData,
  simulate,
} from "#engine";

/** No state is kept: a timeline shows none. */
const NO_HISTORY: HistoryData = {
  sections: [],
  memory: [],
  guestBytes: 0,
  writeRow: new Int32Array(),
  writeAddress: new Uint32Array(),
  writeByteCount: new Uint32Array(),
  writeAt: new Float64Array(),
  written: new Uint8Array(),
  cellSection: new Uint16Array(),
  cellLine: [],
  cellColumn: new Uint8Array(),
  changeRow: new Int32Array(),
  changeCell: new Uint32Array(),
  changeKind: new Uint8Array(),
  changeValue: new Float64Array(),
  texts: [],
};

/** What run is wanted. */
export interface RunWish {
  readonly modeId?: string;
  readonly direction?: Direction;
  readonly packetCount?: number;
  readonly gapMicroseconds?: number;
  readonly seed?: number;
}

/** A run of the engine as the explorer's views take it. */
export function aRun(wish: RunWish = {}): ExplorerRun {
  const { modeId = "vtx-rtl8139", direction = "tx", packetCount = 3, seed = 1 } = wish;
  const frames = generatePackets({
    frameBytesWithoutFcs: 60,
    seed,
    direction: direction === "rx" ? "rx" : "tx",
    count: packetCount,
  });
  const run = simulate({
    mode: findMode(modeId),
    direction,
    frames,
    packetCount,
    seed,
    gapMicroseconds: wish.gapMicroseconds ?? 100,
  });
  if (run.costs === undefined) throw new Error("A run with prices has costs.");
  return {
    ...flowRunOf(run),
    knobs: run.knobs,
    costs: run.costs,
    cyclesPerMicrosecond: run.cyclesPerMicrosecond,
    sentAtCycles: run.sentAtCycles,
    latencies: run.latencies,
    wire: run.wire,
    history: new History(NO_HISTORY),
  };
}
