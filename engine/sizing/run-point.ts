import type { ResourceName } from "../core/resource.ts";
import { chosenPrices } from "../ledger/price-choice.ts";
import { findCapacity } from "../load/find-capacity.ts";
import type { LoadResult } from "../load/load-result.ts";
import type { LoadScenario } from "../load/scenario.ts";
import { LoadSeries } from "../load/simulate-load.ts";
import { findMode } from "../modes/index.ts";
import type { KnobValues } from "../modes/knob.ts";
import { meanPacketBytes, mixFrames, mixLabel, type PacketMix } from "./packet-mix.ts";
import type { LoadPoint, LoadTerms, SweepPoint, SweepResult } from "./sweep-point.ts";

/** A mode under load, but for where its packets come from. */
export type Sourceless = Omit<LoadScenario, "source">;

/** The capacity is found with so many times the packets of a load: all loads are shares of it. */
const CAPACITY_TIMES = 3;

/** Makes of plain data what a simulation takes. */
export function sourceless(
  mode: string,
  knobs: KnobValues,
  mix: PacketMix,
  { prices, direction, packetCount, seed }: LoadTerms,
): Sourceless {
  const frames = mixFrames(mix, direction, seed);
  return {
    mode: findMode(mode),
    knobs,
    prices: chosenPrices(prices),
    frames,
    direction,
    packetCount,
    seed,
  };
}

/**
 * Runs a point of a sweep: finds the mode's capacity, then offers each load. The same point gives
 * the same result wherever and after whatever it runs.
 * @param onLoad Hears each time a load is done.
 */
export function runPoint(point: SweepPoint, onLoad: () => void = () => {}): SweepResult {
  const { mode, knobs, mix, loads, spacing } = point;
  const scenario = sourceless(mode, knobs, mix, point);
  const measured = { ...scenario, packetCount: CAPACITY_TIMES * point.packetCount };
  const series = new LoadSeries(measured);
  const { packetsPerSecond: capacity, result } = findCapacity(measured, series);
  const points = loads.map((load) => {
    const packetsPerSecond =
      "share" in load ? load.share * capacity.typical : load.packetsPerSecond;
    const source = { kind: "open", packetsPerSecond, spacing } as const;
    const done = readPoint(series.run(source, point.packetCount), capacity.typical);
    onLoad();
    return done;
  });
  return {
    mode,
    mix: mixLabel(mix),
    packetBytes: meanPacketBytes(scenario.frames),
    capacity,
    saturated: result.saturated ?? busiest(result),
    cyclesPerPacket: result.cyclesPerPacket,
    categories: result.categories,
    loads: points,
  };
}

/** The resource that is busiest, whether it limits or not. */
export function busiest({ resources }: LoadResult): ResourceName | undefined {
  return [...resources].sort((one, other) => other.utilisation - one.utilisation)[0]?.name;
}

function readPoint(result: LoadResult, capacity: number): LoadPoint {
  const { categories: _, busiestCyclesPerPacket: __, drops: ___, resources, ...rest } = result;
  return {
    ...rest,
    share: result.offeredPacketsPerSecond / capacity,
    dropReason: dropReason(result),
    utilisation: Object.fromEntries(resources.map(({ name, utilisation }) => [name, utilisation])),
  };
}

/** Who lost most of the packets that were lost, and why. */
export function dropReason({ drops: [most] }: LoadResult): string | undefined {
  return most === undefined ? undefined : `${most.where}: ${most.why}`;
}
