import type { ResourceName } from "../core/resource.ts";
import type { CostRange } from "../ledger/cost.ts";
import { scaled } from "../ledger/range.ts";
import { type Capacity, findCapacity } from "../load/find-capacity.ts";
import type { LoadResult } from "../load/load-result.ts";
import { LoadSeries } from "../load/simulate-load.ts";
import { meanPacketBytes } from "./packet-mix.ts";
import { busiest, dropReason, sourceless } from "./run-point.ts";
import { lostServices } from "./service.ts";
import { coresUsed, type SharedName, type SharedUse, sharedUse, sharedWait } from "./sharing.ts";
import type { SizePoint, SizeResult, Verdict } from "./size-point.ts";

/** Loss up to this share counts as none. */
const LOSS_MAX = 0.001;
/** A rate that is as little above what is carried counts as carried. */
const NEAR = 1.01;
/** NIC, link and wire have no range: they are as fast as they are specified. */
const EXACT: CostRange = { low: 1, typical: 1, high: 1 };

/** The highest rate of a guest, and what limits it. */
interface Throughput {
  readonly range: CostRange;
  readonly limit: ResourceName | SharedName | undefined;
  /** By what guests share: the rate of each that fills it, packets a second. */
  readonly fullAt: ReadonlyMap<SharedName, number>;
}

/** Sizes a mode: what each of several guests carries, and what the wanted rate takes. */
export function sizeMode(point: SizePoint): SizeResult {
  const { hostCores, knobs, mix, mode, spacing, vms, wantedPacketsPerSecond: wanted } = point;
  const scenario = sourceless(mode, knobs, mix, point);
  const series = new LoadSeries(scenario);
  const throughput = findThroughput(findCapacity(scenario, series), point);
  const { limit, range } = throughput;
  const there = series.run({ kind: "open", packetsPerSecond: wanted, spacing });
  const overloaded = wanted > range.typical * NEAR;
  const delivered = overloaded
    ? Math.min(there.deliveredPacketsPerSecond, range.typical)
    : wanted * (1 - there.dropped / there.sent);
  const loss = 1 - delivered / wanted;
  const shared = sharedThere(there, point, throughput);
  return {
    mode,
    knobs,
    throughput: range,
    throughputBits: scaled(range, meanPacketBytes(scenario.frames) * 8),
    limit,
    verdict: verdictOf(range, wanted, loss),
    deliveredPacketsPerSecond: delivered,
    loss,
    dropReason: dropReason(there),
    latencyMicroseconds: overloaded ? undefined : latency(there, shared),
    cores: coresUsed(there, vms, hostCores),
    cyclesPerPacket: there.cyclesPerPacket,
    categories: there.categories,
    utilisation: [...there.resources.filter(({ cpu }) => cpu), ...shared].map(
      ({ label, utilisation }) => ({ label, share: Math.min(1, utilisation) }),
    ),
    exitsPerPacket: there.exitsPerPacket,
    lost: lostServices(scenario.mode, knobs),
  };
}

/**
 * What one guest carries while all do: what it carries alone, or what fills the first thing that
 * they share, at the work of a packet when one guest alone is at its limit. Threads that wait for a
 * crowded core find more packets when they run, as they do there.
 */
function findThroughput(
  { packetsPerSecond: alone, result }: Capacity,
  { hostCores, vms }: SizePoint,
): Throughput {
  const shared = sharedUse(result, vms, hostCores);
  const fullAt = new Map(
    shared.map(({ name, utilisation }) => [name, alone.typical / Math.max(utilisation, 1e-9)]),
  );
  const first = shared[0];
  if (first === undefined || first.utilisation <= 1) {
    // Cheaper steps cannot make wire and cores faster than full.
    const most = Math.max(alone.typical, Math.min(alone.high, ...fullAt.values()));
    return {
      range: { ...alone, high: most },
      limit: result.saturated ?? busiest(result),
      fullAt,
    };
  }
  const rate = alone.typical / first.utilisation;
  const { low, typical, high } = first.name === "hostCores" ? result.cyclesPerPacket : EXACT;
  const range = {
    low: (rate * typical) / high,
    typical: rate,
    high: Math.min((rate * typical) / Math.max(low, 1e-9), alone.high),
  };
  return { range, limit: first.name, fullAt };
}

/** How busy what is shared is at the wanted rate: not more than the share of what fills it. */
function sharedThere(result: LoadResult, point: SizePoint, { fullAt }: Throughput): SharedUse[] {
  const { hostCores, vms, wantedPacketsPerSecond: wanted } = point;
  return sharedUse(result, vms, hostCores).map((use) => {
    const most = wanted / (fullAt.get(use.name) ?? Infinity);
    return most > 0 && use.utilisation > most && use.utilisation > 1
      ? { ...use, utilisation: most }
      : use;
  });
}

function latency(
  there: LoadResult,
  shared: readonly SharedUse[],
): SizeResult["latencyMicroseconds"] {
  const wait = sharedWait(there, shared);
  const { latencyMicroseconds: own } = there;
  if (wait === undefined || own === undefined) return undefined;
  return { p50: own.p50 + wait.p50, p99: own.p99 + wait.p99 };
}

function verdictOf({ low, typical, high }: CostRange, wanted: number, loss: number): Verdict {
  if (high < wanted) return "no";
  if (typical < wanted || loss > LOSS_MAX) return "doubtful";
  return low < wanted ? "likely" : "yes";
}
