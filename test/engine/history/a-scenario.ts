import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";
import type { Scenario } from "../../../engine/run/simulate.ts";
import type { Direction } from "../../../engine/run/direction.ts";

/** A few packets through a mode, with history. */
export function aScenario(
  modeId: string,
  direction: Direction = "tx",
  changes: Partial<Scenario> = {},
): Scenario {
  const frames = generatePackets({
    count: 3,
    frameBytesWithoutFcs: 128,
    seed: 5,
    direction: direction === "rx" ? "rx" : "tx",
  });
  return { mode: findMode(modeId), frames, direction, history: true, ...changes };
}
