import { scaleLog } from "d3-scale";
import { area, line } from "d3-shape";
import { logAxis, metricText, type Tick } from "../chart/ticks.ts";
import { type RateLine, type RateUnit, rateIn } from "./rate-line.ts";

/** Height of the drawing without its axis. */
export const PLOT_PX = 420;
/** Room for the axis on the left, and for the labels on the right. */
export const MARGIN_PX = { left: 64, right: 220 } as const;

const LABEL_GAP_PX = 17;

/** A line as it is drawn. */
export interface RatePath {
  readonly id: string;
  readonly label: string;
  readonly line: string;
  /** Its range. */
  readonly band: string;
  readonly dots: readonly { readonly x: number; readonly y: number }[];
  /** Where the line ends, and where its label stands. */
  readonly end: { readonly x: number; readonly y: number };
  readonly labelY: number;
}

/** The lines of all modes on one pair of logarithmic axes. */
export interface RateLayout {
  readonly paths: readonly RatePath[];
  readonly sizes: readonly Tick[];
  /** Marks of the axis of rates; `x` counts upwards from the bottom. */
  readonly rates: readonly Tick[];
}

/** Lays out rates by packet size; labels stand at the lines' ends and keep clear of each other. */
export function layOutRates(
  lines: readonly RateLine[],
  unit: RateUnit,
  widthPx: number,
  labelGapPx = LABEL_GAP_PX,
): RateLayout {
  const drawn = lines.filter(({ points }) => points.length > 0);
  const bytes = [...new Set(drawn.flatMap(({ points }) => points.map((one) => one.packetBytes)))];
  bytes.sort((one, other) => one - other);
  const values = drawn.flatMap(({ points }) =>
    points.flatMap(({ packetBytes, packetsPerSecond: { low, high } }) =>
      [low, high].filter((rate) => rate > 0).map((rate) => rateIn(unit, rate, packetBytes)),
    ),
  );
  if (values.length === 0) return { paths: [], sizes: [], rates: [] };
  const axis = logAxis(Math.min(...values), Math.max(...values), PLOT_PX, metricText);
  const first = bytes[0] ?? 64;
  const last = Math.max(bytes.at(-1) ?? 1518, first * 1.01);
  const roomPx = Math.max(80, widthPx - MARGIN_PX.left - MARGIN_PX.right);
  const x = scaleLog([first, last], [0, roomPx]);
  const y = (rate: number, size: number) => PLOT_PX - axis.at(rateIn(unit, rate, size));
  const paths = drawn.map((one) => pathOf(one, x, y));
  const labelYs = spread(
    paths.map(({ end }) => end.y),
    labelGapPx,
    PLOT_PX,
  );
  return {
    paths: paths.map((path, index) => ({ ...path, labelY: labelYs[index] ?? path.end.y })),
    sizes: bytes.map((size) => ({ x: x(size), label: String(size) })),
    rates: axis.ticks,
  };
}

/** Moves places apart until they keep a distance, as little as possible and within 0 to `max`. */
export function spread(places: readonly number[], gap: number, max: number): readonly number[] {
  const order = places.map((_, index) => index);
  order.sort((one, other) => (places[one] ?? 0) - (places[other] ?? 0));
  const result = [...places];
  const fit = Math.min(gap, max / Math.max(1, places.length - 1));
  let least = 0;
  for (const index of order) {
    result[index] = Math.max(result[index] ?? 0, least);
    least = (result[index] ?? 0) + fit;
  }
  let most = max;
  for (const index of order.toReversed()) {
    result[index] = Math.min(result[index] ?? 0, most);
    most = (result[index] ?? 0) - fit;
  }
  return result;
}

function pathOf(
  { id, label, points }: RateLine,
  x: (size: number) => number,
  y: (rate: number, size: number) => number,
): RatePath {
  const at = points.map(({ packetBytes, packetsPerSecond: { low, typical, high } }) => ({
    x: x(packetBytes),
    y: y(typical, packetBytes),
    low: y(low, packetBytes),
    high: y(high, packetBytes),
  }));
  type Place = (typeof at)[number];
  const draw = line<Place>()
    .x((place) => place.x)
    .y((place) => place.y);
  const fill = area<Place>()
    .x((place) => place.x)
    .y0((place) => place.low)
    .y1((place) => place.high);
  const end = at.at(-1) ?? { x: 0, y: 0 };
  return {
    id,
    label,
    line: draw(at) ?? "",
    band: fill(at) ?? "",
    dots: at.map((place) => ({ x: place.x, y: place.y })),
    end: { x: end.x, y: end.y },
    labelY: end.y,
  };
}
