import { COST_SCALES, type CostScale, STACK_ORDERS, type StackOrder } from "#components/plain";
import { DIRECTIONS, type Direction, type PriceChoice } from "#engine";
import { putPrices, readPrices, RESTING_PRICES } from "../prices/price-choice.ts";

/** Everything that decides what the page on costs shows. */
export interface CostsState {
  readonly direction: Direction;
  /** Bytes of a frame without FCS. */
  readonly sizeBytes: number;
  readonly prices: PriceChoice;
  readonly scale: CostScale;
  readonly order: StackOrder;
  /** The mode that is looked into. */
  readonly modeId: string;
  /** The piece of its bar; empty for all of it. */
  readonly partId: string;
}

/** What the page shows before anybody touched it. */
export const RESTING_COSTS: CostsState = {
  direction: "tx",
  sizeBytes: 60,
  prices: RESTING_PRICES,
  scale: "linear",
  order: "actor",
  modeId: "virtio-vhost",
  partId: "",
};

/** The state as the part of an address after `#`; what is at rest is left out. */
export function costsToHash(state: CostsState): string {
  const fields = new URLSearchParams();
  const rest = RESTING_COSTS;
  const put = (name: string, value: string | number, atRest: string | number) => {
    if (value !== atRest) fields.set(name, String(value));
  };
  put("dir", state.direction, rest.direction);
  put("size", state.sizeBytes, rest.sizeBytes);
  putPrices(fields, state.prices);
  put("scale", state.scale, rest.scale);
  put("by", state.order, rest.order);
  put("in", state.modeId, rest.modeId);
  put("part", state.partId, rest.partId);
  return fields.toString();
}

/** The state that the fields of an address describe; what they do not say, or say wrongly, is at rest. */
export function fieldsToCosts(fields: URLSearchParams): CostsState {
  const rest = RESTING_COSTS;
  const size = fields.get("size") ?? "";
  return {
    direction: DIRECTIONS.find((one) => one === fields.get("dir")) ?? rest.direction,
    sizeBytes: /^\d{1,4}$/.test(size) ? Number(size) : rest.sizeBytes,
    prices: readPrices(fields),
    scale: COST_SCALES.find((one) => one === fields.get("scale")) ?? rest.scale,
    order: STACK_ORDERS.find((one) => one === fields.get("by")) ?? rest.order,
    modeId: fields.get("in") ?? rest.modeId,
    partId: fields.get("part") ?? rest.partId,
  };
}
