import { percentText } from "#components";
import { type CostName, findMode, type PriceList } from "#engine";
import type { ModeCount } from "./cost-count.ts";
import { primitivesOf } from "./cost-bar.ts";

/** An assumed price and how far its range moves the result that it moves most. */
export interface AssumedPrice {
  readonly cost: CostName;
  /** Width of its range in the mode's typical cycles per packet, 0 to 1 and more. */
  readonly share: number;
  readonly modeId: string;
}

/** The assumed prices that any mode's packet pays, those that move a result most first. */
export function assumedPrices(
  modes: readonly ModeCount[],
  prices: PriceList,
): readonly AssumedPrice[] {
  const most = new Map<CostName, AssumedPrice>();
  for (const mode of modes) {
    const uses = primitivesOf(mode, prices, "");
    const all = uses.reduce((sum, { cycles }) => sum + cycles.typical, 0);
    for (const { cost, cycles } of uses) {
      if (prices.prices[cost].known.evidence !== "assumed") continue;
      const share = all > 0 ? (cycles.high - cycles.low) / all : 0;
      if (share >= (most.get(cost)?.share ?? 0)) {
        most.set(cost, { cost, share, modeId: mode.modeId });
      }
    }
  }
  return [...most.values()].sort((one, other) => other.share - one.share);
}

/** How far an assumed price moves a result, in words. */
export function effectText({ share, modeId }: AssumedPrice): string {
  return `${findMode(modeId).title}: its range is ${percentText(share)} of the cycles per packet`;
}
