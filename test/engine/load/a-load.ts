import { defaultPrices } from "../../../engine/ledger/price-list.ts";
import type { LoadResult } from "../../../engine/load/load-result.ts";
import type { LoadDirection, LoadScenario, LoadSource } from "../../../engine/load/scenario.ts";
import { simulateLoad } from "../../../engine/load/simulate-load.ts";
import { findMode } from "../../../engine/modes/index.ts";
import { generatePackets } from "../../../engine/packets/packet-generator.ts";

const prices = defaultPrices();

/** A mode under a load of 60-byte frames. */
export function scenario(
  id: string,
  direction: LoadDirection,
  source: LoadSource,
  packetCount = 200,
): LoadScenario {
  const frames = generatePackets({
    count: 8,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: direction === "tx" ? "tx" : "rx",
  });
  return { mode: findMode(id), prices, frames, direction, source, packetCount };
}

/** What comes of it. */
export function load(...choice: Parameters<typeof scenario>): LoadResult {
  return simulateLoad(scenario(...choice));
}

/** So many packets a second, evenly apart. */
export function open(packetsPerSecond: number): LoadSource {
  return { kind: "open", packetsPerSecond, spacing: "constant" };
}
