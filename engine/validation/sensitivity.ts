import { entries, isWork } from "../ledger/account.ts";
import type { CostRange } from "../ledger/cost.ts";
import { COST_NAMES, type CostName } from "../ledger/costs/index.ts";
import type { PriceList } from "../ledger/price-list.ts";
import { findMode, MODES } from "../modes/index.ts";
import { generatePackets } from "../packets/packet-generator.ts";
import { simulate } from "../run/simulate.ts";
import { predict } from "./predict.ts";
import { type Mapping, type Setup, setupPrices } from "./setup.ts";
import type { Prediction } from "./validate.ts";

/** How much an assumed primitive moves results when it goes from its lowest to its highest value. */
export interface Sensitivity {
  readonly name: CostName;
  readonly value: CostRange;
  readonly unit: string;
  readonly why: string;
  /** Change of CPU cycles per packet, as a share of them: the mean over modes, tx and rx. */
  readonly meanShare: number;
  /** The same in the mode where it is largest. */
  readonly worstShare: number;
  readonly worstMode: string;
  /** Largest change of log2 of a prediction among the points that count, and which; if asked for. */
  readonly predictionLog2?: number;
  readonly point?: string;
}

/** Packets that a mode sends and gets. */
const PACKETS = 16;

/**
 * Every assumed primitive, those that move results most first. The cycles of a packet follow from
 * the ledger: as often as a primitive is charged, so much more they are.
 * @param predictions Points whose predictions are made anew at both ends of each primitive.
 */
export function sensitivity(
  prices: PriceList,
  predictions: readonly Prediction[] = [],
  onProgress?: (done: number, all: number) => void,
): readonly Sensitivity[] {
  const assumed = COST_NAMES.filter((name) => prices.prices[name].known.evidence === "assumed");
  const counts = modeCounts(prices);
  const candidates = predictions.flatMap(({ counted, mapping, point }): Candidate[] =>
    counted && mapping !== undefined
      ? [{ mapping, id: point.id, used: usedBy(mapping.setup, setupPrices(mapping.setup)) }]
      : [],
  );
  const found = assumed.map((name, index): Sensitivity => {
    onProgress?.(index, assumed.length);
    const { value, unit, cycles, known } = prices.prices[name];
    const shares = counts.map(({ mode, total, of }) => ({
      mode,
      share: ((cycles.high - cycles.low) * (of.get(name) ?? 0)) / total,
    }));
    const worst = shares.reduce((one, other) => (other.share > one.share ? other : one));
    return {
      name,
      value,
      unit,
      why: "why" in known ? known.why : "",
      meanShare: shares.reduce((sum, { share }) => sum + share, 0) / shares.length,
      worstShare: worst.share,
      worstMode: worst.mode,
      ...predictionChange(name, candidates),
    };
  });
  return found.toSorted((one, other) => weight(other) - weight(one));
}

/** A point whose prediction is made anew. */
interface Candidate {
  readonly id: string;
  readonly mapping: Mapping;
  readonly used: ReadonlySet<CostName>;
}

interface ModeCounts {
  readonly mode: string;
  /** CPU cycles in all. */
  readonly total: number;
  /** How often each primitive is charged to a CPU. */
  readonly of: ReadonlyMap<CostName, number>;
}

function modeCounts(prices: PriceList): ModeCounts[] {
  return MODES.flatMap((mode) =>
    (["tx", "rx"] as const).map((direction): ModeCounts => {
      const frames = generatePackets({
        count: PACKETS,
        frameBytesWithoutFcs: 60,
        seed: 1,
        direction,
      });
      const { costs } = simulate({
        mode,
        frames,
        direction,
        prices,
        trace: false,
        keepFrames: false,
      });
      const of = new Map<CostName, number>();
      let total = 0;
      for (const { category, cost, count, cycles } of costs === undefined ? [] : entries(costs)) {
        if (!isWork(category)) continue;
        of.set(cost, (of.get(cost) ?? 0) + count);
        total += cycles.typical;
      }
      return { mode: `${mode.id} ${direction}`, total, of };
    }),
  );
}

/** The primitives that a set-up's packets cost, whichever way they go; the others move nothing. */
function usedBy({ modeId, knobs }: Setup, prices: PriceList): ReadonlySet<CostName> {
  const mode = findMode(modeId);
  const used = new Set<CostName>();
  for (const direction of ["tx", "rx"] as const) {
    const frames = generatePackets({ count: 2, frameBytesWithoutFcs: 60, seed: 1, direction });
    const { costs } = simulate({
      mode,
      knobs,
      frames,
      direction,
      prices,
      trace: false,
      keepFrames: false,
    });
    for (const { cost } of costs === undefined ? [] : entries(costs)) used.add(cost);
  }
  return used;
}

/** Predictions with the primitive at its lowest and at its highest: where they differ most. */
function predictionChange(
  name: CostName,
  candidates: readonly Candidate[],
): Pick<Sensitivity, "predictionLog2" | "point"> {
  let largest = { predictionLog2: 0, point: "" };
  for (const { mapping, id, used } of candidates) {
    if (!used.has(name)) continue;
    const { low, high } = setupPrices(mapping.setup).prices[name].value;
    const one = predict(mapping, { [name]: low }).typical;
    const other = predict(mapping, { [name]: high }).typical;
    const change = Math.abs(Math.log2(other / one));
    if (change > largest.predictionLog2) largest = { predictionLog2: change, point: id };
  }
  return candidates.length === 0 ? {} : largest;
}

/** A primitive weighs by the cycles that it moves, over all modes, and by the predictions. */
function weight({ meanShare, predictionLog2 = 0 }: Sensitivity): number {
  return Math.max(meanShare, predictionLog2);
}
