import { RESOURCE_NAMES, RESOURCES, type ResourceName } from "../core/resource.ts";
import { byCategory, entries, isWork, total } from "../ledger/account.ts";
import { CATEGORY_NAMES, type CategoryName } from "../ledger/category.ts";
import type { CostRange } from "../ledger/cost.ts";
import { scaled, ZERO } from "../ledger/range.ts";
import { readCosts, type ResourceUse, type RunCosts } from "../ledger/run-costs.ts";
import type { Pricing } from "../ledger/pricing.ts";
import type { Machine } from "../machine.ts";
import type { PreparedMachine } from "../run/prepared-machine.ts";
import { percentile } from "../run/latency-meter.ts";
import { KIND } from "../trace/schema.ts";
import type { LoadMeter } from "./load-meter.ts";
import type { LoadResult } from "./load-result.ts";
import type { LoadScenario } from "./scenario.ts";

const FCS_BYTES = 4;
/** Share of the packets that has arrived when the last sets out, as long as nothing gathers. */
const STEADY = 0.98;
/** From here on a resource counts as saturated. */
const SATURATED = 0.95;

/** Reads what a load came to off its machine and its meter. */
export function readLoad(
  { machine }: PreparedMachine,
  scenario: LoadScenario,
  meter: LoadMeter,
): LoadResult {
  const costs = readCosts(machine.pricing as Pricing, machine.clock);
  const { deliveredCount: delivered, droppedCount: dropped } = meter;
  const interval = readInterval(meter, machine);
  const { source, frames } = scenario;
  const offered = source.kind === "open" ? source.packetsPerSecond : interval.startedPerSecond;
  const busiest = costs.resources.reduce<ResourceUse | undefined>(
    (most, one) => (most === undefined || one.utilisation > most.utilisation ? one : most),
    undefined,
  );
  const full = busiest !== undefined && (busiest.utilisation >= SATURATED || dropped > 0);
  const ended = Math.max(1, interval.endedSinceFirst);
  const frameBytes =
    frames.reduce((sum, { length }) => sum + length + FCS_BYTES, 0) / frames.length;
  const { counts } = machine.trace;
  // What had gathered before the first packet that counts is no throughput.
  const arrived = Math.min(offered, interval.endedPerSecond);
  return {
    offeredPacketsPerSecond: offered,
    deliveredPacketsPerSecond: arrived,
    deliveredBitsPerSecond: arrived * frameBytes * 8,
    sent: meter.count - meter.first,
    delivered,
    dropped,
    drops: meter.drops(),
    latencyMicroseconds: latencies(meter, machine),
    resources: costs.resources,
    saturated: full ? busiest.name : undefined,
    coresBusy: coresBusy(costs, machine),
    polled: polledCpus(machine),
    cyclesPerPacket: perPacket(workOn(costs), ended),
    busiestCyclesPerPacket: perPacket(workOn(costs, busiest?.name), ended),
    categories: categoriesOf(costs, ended),
    exitsPerPacket: (counts[KIND.vmExit] as number) / ended,
    interruptsPerPacket: (counts[KIND.interruptTaken] as number) / ended,
  };
}

interface Interval {
  readonly startedPerSecond: number;
  readonly endedPerSecond: number;
  /** Packets that arrived since counting began. */
  readonly endedSinceFirst: number;
}

/**
 * What set out and arrived a second. While all that sets out arrives, it is what arrives until the last
 * sets out; else what arrives until nothing is left, as queues then fill or empty meanwhile.
 */
function readInterval(meter: LoadMeter, machine: Machine): Interval {
  const { count, endCycles, first, startCycles } = meter;
  const from = startCycles[first] as number;
  const to = startCycles[count - 1] as number;
  let inside = 0;
  let since = 0;
  let last = to;
  for (const end of endCycles) {
    if (!(end > from)) continue;
    since++;
    if (end <= to) inside++;
    else if (end > last) last = end;
  }
  const started = count - 1 - first;
  const steady = meter.droppedCount === 0 && inside >= STEADY * started;
  const secondCycles = machine.microseconds(1e6);
  const perSecond = (packets: number, cycles: number): number =>
    cycles > 0 ? (packets * secondCycles) / cycles : 0;
  return {
    startedPerSecond: perSecond(started, to - from),
    endedPerSecond: steady ? perSecond(inside, to - from) : perSecond(since, last - from),
    endedSinceFirst: since,
  };
}

function latencies(meter: LoadMeter, machine: Machine): LoadResult["latencyMicroseconds"] {
  const { count, dueCycles, endCycles, first } = meter;
  const found = new Float64Array(count - first);
  let length = 0;
  let sum = 0;
  for (let packet = first; packet < count; packet++) {
    const cycles = (endCycles[packet] as number) - (dueCycles[packet] as number);
    if (Number.isNaN(cycles)) continue;
    const microseconds = cycles / machine.cyclesPerMicrosecond;
    found[length++] = microseconds;
    sum += microseconds;
  }
  if (length === 0) return undefined;
  const all = found.subarray(0, length);
  return { p50: percentile(all, 0.5), p99: percentile(all, 0.99), mean: sum / length };
}

function coresBusy({ resources }: RunCosts, machine: Machine): number {
  const whole = polledCpus(machine);
  let cores = whole.length;
  for (const { name, cpu, utilisation } of resources)
    if (cpu && !whole.includes(name)) cores += utilisation;
  return cores;
}

function polledCpus({ scheduler }: Machine): ResourceName[] {
  return RESOURCE_NAMES.filter((name) =>
    scheduler.pollers.some(({ core }) => core === RESOURCES[name].code),
  );
}

/** CPU work, of everybody or on one resource. */
function workOn(costs: RunCosts, resource?: ResourceName): CostRange {
  const some = resource === undefined ? entries(costs) : entries(costs, RESOURCES[resource].code);
  return total(
    costs,
    some.filter(({ category }) => isWork(category)),
  );
}

function perPacket(range: CostRange, packets: number): CostRange {
  return scaled(range, 1 / packets);
}

function categoriesOf(costs: RunCosts, packets: number): Record<CategoryName, CostRange> {
  const found = byCategory(costs);
  return Object.fromEntries(
    CATEGORY_NAMES.map((name) => [name, perPacket(found.get(name) ?? ZERO, packets)]),
  ) as Record<CategoryName, CostRange>;
}
