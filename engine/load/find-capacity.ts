import { RESOURCES } from "../core/resource.ts";
import type { CostRange } from "../ledger/cost.ts";
import type { LoadResult } from "./load-result.ts";
import type { LoadScenario } from "./scenario.ts";
import { LoadSeries } from "./simulate-load.ts";

/** What a mode can carry, and what it does then. */
export interface Capacity {
  /** The highest rate without loss; low and high are those of the prices. */
  readonly packetsPerSecond: CostRange;
  /** What the mode does at the typical rate. */
  readonly result: LoadResult;
}

/** Packets under way in the run that says where to search: the first that lose none. */
const OUTSTANDING = [48, 8, 1] as const;
/** Where it is searched when all of these lose some, packets a second. */
const ESTIMATE_OTHERWISE = 2000;
/** Share of packets that may be lost, and that may not have arrived when the last sets out. */
const LOSS_MAX = 0.001;
const LATE_MAX = 0.02;
/** Where the search begins, as shares of what the first run came to. */
const LOW = 0.7;
const HIGH = 1.4;
/** Halvings of that distance: to 2 % of the rate. */
const STEPS = 5;
/** Lower starts that are tried when even the first cannot be carried, and higher ends when it can. */
const MOVES_MAX = 8;
const MOVE = 1.6;

/**
 * The highest rate that a mode delivers: at most 0.1 % is lost, and no more gathers on the way than
 * 2 % of the packets. A closed loop says where it is, halving finds it.
 * @param series The scenario's, where its machine is to take other loads as well.
 */
export function findCapacity(
  scenario: Omit<LoadScenario, "source">,
  series = new LoadSeries(scenario),
): Capacity {
  const at = (packetsPerSecond: number): LoadResult =>
    series.run({ kind: "open", packetsPerSecond, spacing: "constant" });
  const estimate = estimateOf(series);
  let low = estimate * LOW;
  let high = estimate * HIGH;
  let best = at(low);
  if (isCarried(best)) {
    // Interrupts that are moderated hold a closed loop up that an open one fills.
    for (let moves = 0; moves < MOVES_MAX; moves++) {
      const result = at(high);
      if (!isCarried(result)) break;
      best = result;
      low = high;
      high *= MOVE;
    }
  }
  for (let moves = 0; !isCarried(best) && moves < MOVES_MAX; moves++) {
    high = low;
    low /= MOVE;
    best = at(low);
  }
  for (let step = 0; step < STEPS; step++) {
    if (scenario.signal?.aborted === true) break;
    const middle = Math.sqrt(low * high);
    const result = at(middle);
    if (isCarried(result)) {
      low = middle;
      best = result;
    } else high = middle;
  }
  return { packetsPerSecond: rangeOf(low, best), result: best };
}

/** What a closed loop comes to, packets a second. */
function estimateOf(series: LoadSeries): number {
  for (const outstanding of OUTSTANDING) {
    const { deliveredPacketsPerSecond, dropped } = series.run({ kind: "closed", outstanding });
    if (dropped === 0 && deliveredPacketsPerSecond > 1) return deliveredPacketsPerSecond;
  }
  return ESTIMATE_OTHERWISE;
}

function isCarried(result: LoadResult): boolean {
  return (
    result.dropped <= LOSS_MAX * result.sent &&
    result.deliveredPacketsPerSecond >= (1 - LATE_MAX) * result.offeredPacketsPerSecond
  );
}

/** The rate goes down as the packet gets dearer on what limits it, and up to the wire's at most. */
function rangeOf(
  rate: number,
  { busiestCyclesPerPacket: cycles, resources }: LoadResult,
): CostRange {
  if (!(cycles.typical > 0)) return { low: rate, typical: rate, high: rate };
  const wires: readonly string[] = [RESOURCES.wireIn.label, RESOURCES.wireOut.label];
  const onWire = resources
    .filter(({ label }) => wires.includes(label))
    .reduce((most, { utilisation }) => Math.max(most, utilisation), 0);
  const wireRate = onWire > 0 ? rate / onWire : Infinity;
  return {
    low: rate * (cycles.typical / cycles.high),
    typical: rate,
    high: Math.max(rate, Math.min(wireRate, rate * (cycles.typical / cycles.low))),
  };
}
