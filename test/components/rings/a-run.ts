import { findMode } from "../../../engine/modes/index.ts";
import type { KnobValues } from "../../../engine/modes/knob.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import { simulate } from "../../../engine/run/simulate.ts";
import { explorerRunOf } from "../../../components/explorer/explorer-run-data.ts";
import type { ExplorerRun } from "../../../components/explorer/explorer-run.ts";

/** Three packets through a mode, as the explorer's views take a run. */
export function aRun(modeId: string, knobs: KnobValues = {}): ExplorerRun {
  const frames = generatePackets({
    count: 3,
    frameBytesWithoutFcs: 200,
    seed: 3,
    direction: "tx",
  });
  const scenario = { mode: findMode(modeId), frames, direction: "tx" as const, knobs };
  return explorerRunOf(simulate({ ...scenario, gapMicroseconds: 3, history: true }));
}
