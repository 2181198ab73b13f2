import { explorerRunOf, type ExplorerRun } from "#components";
import { type Direction, findMode, generatePackets, simulate } from "#engine";

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
  return explorerRunOf(
    simulate({
      mode: findMode(modeId),
      direction,
      frames,
      packetCount,
      seed,
      gapMicroseconds: wish.gapMicroseconds ?? 100,
      history: true,
    }),
  );
}
