import { type Axis, logAxis, metricText, ratioAxis, type Tick } from "../chart/ticks.ts";
import type { RangeAxis, RangeRow } from "./range-row.ts";

/** Where a row's value and range lie. */
export interface RangeMark {
  readonly from: number;
  readonly at: number;
  readonly to: number;
}

/** All rows on one axis. */
export interface RangesLayout {
  readonly ticks: readonly Tick[];
  /** By row; undefined where there is no value. */
  readonly marks: readonly (RangeMark | undefined)[];
  readonly reference: number | undefined;
  readonly band: { readonly from: number; readonly to: number } | undefined;
}

/** Lays rows out on one logarithmic axis that holds every range, the reference and the band. */
export function layOutRanges(
  rows: readonly RangeRow[],
  axis: RangeAxis,
  widthPx: number,
): RangesLayout {
  const { band, reference } = axis;
  const values = rows.flatMap(({ range }) => (range ? [range.low, range.typical, range.high] : []));
  if (reference !== undefined) values.push(reference.value);
  if (band !== undefined) values.push(band.from, band.to);
  const scale = axisFor(
    values.filter((value) => value > 0),
    axis.kind,
    widthPx,
  );
  const at = (value: number) => scale.at(value);
  return {
    ticks: scale.ticks,
    marks: rows.map(({ range }) =>
      range === undefined
        ? undefined
        : { from: at(range.low), at: at(range.typical), to: at(range.high) },
    ),
    reference: reference && at(reference.value),
    band: band && { from: at(band.from), to: at(band.to) },
  };
}

function axisFor(values: readonly number[], kind: RangeAxis["kind"], widthPx: number): Axis {
  const min = Math.min(...values);
  const max = Math.max(...values);
  if (values.length === 0) return ratioAxis(0.5, 2, widthPx);
  return kind === "ratio" ? ratioAxis(min, max, widthPx) : logAxis(min, max, widthPx, metricText);
}
