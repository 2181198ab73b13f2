import { percentText } from "#components/plain";
import { type CostName, findMode, type PriceList } from "#engine";
import type { ModeCount } from "./cost-count.ts";
import { primitivesOf } from "./cost-bar.ts";

/** An assumed price and how far its range moves results: widths of ranges, 1 is all of a packet's cycles. */
export interface AssumedPrice {
  readonly cost: CostName;
  /** Mean over the modes. */
  readonly meanShare: number;
  /** In the mode where it is most. */
  readonly worstShare: number;
  readonly worstModeId: string;
}

/** The assumed prices that any mode's packet pays, those that move results most first. */
export function assumedPrices(
  modes: readonly ModeCount[],
  prices: PriceList,
): readonly AssumedPrice[] {
  const found = new Map<CostName, AssumedPrice>();
  for (const mode of modes) {
    const uses = primitivesOf(mode, prices, "");
    const all = uses.reduce((sum, { cycles }) => sum + cycles.typical, 0);
    for (const { cost, cycles } of uses) {
      if (prices.prices[cost].known.evidence !== "assumed") continue;
      const share = all > 0 ? (cycles.high - cycles.low) / all : 0;
      const before = found.get(cost);
      const isWorst = share >= (before?.worstShare ?? 0);
      found.set(cost, {
        cost,
        meanShare: (before?.meanShare ?? 0) + share / modes.length,
        worstShare: isWorst ? share : (before?.worstShare ?? 0),
        worstModeId: isWorst ? mode.modeId : (before?.worstModeId ?? mode.modeId),
      });
    }
  }
  return [...found.values()].sort((one, other) => other.meanShare - one.meanShare);
}

/** How far an assumed price moves results, in words. */
export function effectText({ meanShare, worstShare, worstModeId }: AssumedPrice): string {
  const { title } = findMode(worstModeId);
  return (
    `From its low to its high value: ${percentText(meanShare)} of a packet's cycles in the mean ` +
    `over the modes; ${percentText(worstShare)} in ${title}`
  );
}
