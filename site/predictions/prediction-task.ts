import {
  checkOrderings,
  ORDERINGS,
  type OrderingResult,
  predictPoint,
  type Prediction,
  PUBLISHED_POINTS,
} from "#engine";

/** What a worker of this page does: predict a published point, or check an order that a source states. */
export interface PredictionTask {
  readonly kind: "point" | "order";
  readonly id: string;
  /** Prices of the reader's own. */
  readonly overrides: Readonly<Record<string, number>>;
}

/** What comes of it. */
export type PredictionResult =
  | { readonly kind: "point"; readonly prediction: Prediction }
  | { readonly kind: "order"; readonly order: OrderingResult };

/** Every task of the page. */
export function predictionTasks(overrides: PredictionTask["overrides"]): readonly PredictionTask[] {
  return [
    ...PUBLISHED_POINTS.map(({ id }) => ({ kind: "point", id, overrides }) as const),
    ...ORDERINGS.map(({ id }) => ({ kind: "order", id, overrides }) as const),
  ];
}

/**
 * Does one task.
 * @throws Error when there is no point or order of that id.
 */
export function doPrediction({ kind, id, overrides }: PredictionTask): PredictionResult {
  if (kind === "point") {
    const point = PUBLISHED_POINTS.find((one) => one.id === id);
    if (point === undefined) throw new Error(`Point ${id}: there is none.`);
    return { kind, prediction: predictPoint(point, overrides) };
  }
  const ordering = ORDERINGS.filter((one) => one.id === id);
  const [order] = checkOrderings(ordering, overrides);
  if (order === undefined) throw new Error(`Order ${id}: there is none.`);
  return { kind, order };
}
