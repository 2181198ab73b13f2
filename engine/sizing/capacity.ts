import type { CostRange } from "../ledger/cost.ts";
import type { LoadResult } from "../load/load-result.ts";
import type { LoadScenario } from "../load/scenario.ts";
import { simulateLoad } from "../load/simulate-load.ts";

/** The highest rate without loss, and what a mode does there. */
export interface Capacity {
  readonly packetsPerSecond: CostRange;
  readonly result: LoadResult;
}

/** Loss up to this share counts as none; a rate may be missed by as little as that, too. */
const LOSS_MAX = 0.001;
const RATE_MISSED = 0.02;
/** The first rate that is tried, doubled until it is not carried; then the gap is halved. */
const FIRST = 2000;
const RATE_MAX = 4e7;
const HALVES = 6;

/** The highest rate at which no more than 0.1 % is lost. */
export function findCapacity(scenario: Omit<LoadScenario, "source">): Capacity {
  const at = (packetsPerSecond: number): LoadResult =>
    simulateLoad({ ...scenario, source: { kind: "open", packetsPerSecond, spacing: "constant" } });
  let low = FIRST;
  let high = FIRST;
  let result = at(low);
  for (let next = result; carried(next) && high < RATE_MAX; next = at(high)) {
    low = high;
    result = next;
    high *= 2;
  }
  for (let step = 0; step < HALVES; step++) {
    const middle = Math.sqrt(low * high);
    const next = at(middle);
    if (carried(next)) {
      low = middle;
      result = next;
    } else high = middle;
  }
  return { packetsPerSecond: rangeOf(low, result), result };
}

function carried(result: LoadResult): boolean {
  const { deliveredPacketsPerSecond, dropped, offeredPacketsPerSecond, sent } = result;
  const missed = 1 - deliveredPacketsPerSecond / offeredPacketsPerSecond;
  return dropped <= sent * LOSS_MAX && missed <= RATE_MISSED;
}

/** As much more or less as the busiest resource's cycles are less or more; a wire has no range. */
function rangeOf(rate: number, { busiestCyclesPerPacket }: LoadResult): CostRange {
  const { low, typical, high } = busiestCyclesPerPacket;
  if (!(low > 0)) return { low: rate, typical: rate, high: rate };
  return { low: (rate * typical) / high, typical: rate, high: (rate * typical) / low };
}
