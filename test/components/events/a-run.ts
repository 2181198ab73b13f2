import { type ExplorerRun, explorerRunOf } from "#components";
import { findMode, generatePackets, simulate } from "#engine";

/** A run of small packets through a mode, as the explorer's views take it. */
export function aRun(packetCount = 3, modeId = "vtx-rtl8139"): ExplorerRun {
  const frames = generatePackets({
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: "tx",
    count: packetCount,
  });
  return explorerRunOf(
    simulate({ mode: findMode(modeId), direction: "tx", frames, history: true }),
  );
}
