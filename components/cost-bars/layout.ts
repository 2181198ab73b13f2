import { CATEGORIES, CATEGORY_NAMES } from "#engine";
import { type Axis, linearAxis, logAxis, type Tick } from "../chart/ticks.ts";
import { percentText } from "../range-text.ts";
import { type CostBar, type CostPart, type CostScale, type StackOrder, TONES } from "./bar.ts";

/** Height of a bar. */
export const BAR_PX = 26;

const CHARACTER_PX = 6.4;
const LABEL_INSET_PX = 12;

/** Where a piece lies in its bar. */
export interface PieceBox {
  readonly part: CostPart;
  readonly x: number;
  readonly width: number;
  /** Width of what is assumed, at the piece's end. */
  readonly assumedWidth: number;
  /** The category's name, where it fits. */
  readonly label: string;
}

/** Where a bar and what belongs to it lie. */
export interface BarBox {
  readonly bar: CostBar;
  readonly pieces: readonly PieceBox[];
  readonly width: number;
  /** The range of the total. */
  readonly whisker: { readonly from: number; readonly to: number } | undefined;
  /** Where the bar ended at the prices without the reader's changes. */
  readonly before: number | undefined;
}

/** The bars of all modes on one scale. */
export interface BarsLayout {
  readonly bars: readonly BarBox[];
  readonly ticks: readonly Tick[];
}

/** What decides the layout besides the bars. */
export interface BarsSize {
  readonly widthPx: number;
  readonly scale: CostScale;
  readonly order: StackOrder;
  /** How much larger type is than on a desk. */
  readonly typeScale?: number;
}

/**
 * Lays bars out on one scale. On a logarithmic one only a bar's end can be read off; its pieces
 * then divide the bar by their shares.
 */
export function layOutBars(bars: readonly CostBar[], size: BarsSize): BarsLayout {
  const { widthPx, scale, order } = size;
  const axis = axisFor(bars, scale, widthPx);
  const boxes = bars.map((bar): BarBox => {
    const isShare = scale === "share";
    const { low, typical, high } = bar.total;
    const width = isShare ? widthPx : axis.at(typical);
    return {
      bar,
      width,
      pieces: layOutPieces(bar, order, width, size.typeScale ?? 1),
      whisker: isShare || low === high ? undefined : { from: axis.at(low), to: axis.at(high) },
      before: isShare || bar.before === undefined ? undefined : axis.at(bar.before),
    };
  });
  return { bars: boxes, ticks: axis.ticks };
}

/** The parts of a bar in the order in which they are stacked. */
export function stacked(parts: readonly CostPart[], order: StackOrder): readonly CostPart[] {
  const tone = (part: CostPart) => TONES.findIndex((one) => one.tone === part.tone);
  const category = (part: CostPart) => CATEGORY_NAMES.indexOf(part.category);
  const [first, second] = order === "actor" ? [tone, category] : [category, tone];
  return parts.toSorted((one, other) => {
    return first(one) - first(other) || second(one) - second(other);
  });
}

function layOutPieces(
  bar: CostBar,
  order: StackOrder,
  width: number,
  typeScale: number,
): PieceBox[] {
  const sum = bar.parts.reduce((all, part) => all + part.cycles.typical, 0);
  let x = 0;
  return stacked(bar.parts, order).map((part): PieceBox => {
    const share = sum === 0 ? 0 : part.cycles.typical / sum;
    const assumed = part.cycles.typical === 0 ? 0 : (part.assumedCycles ?? 0) / part.cycles.typical;
    const piece = { x, width: share * width };
    x += piece.width;
    const { label } = CATEGORIES[part.category];
    const fits = label.length * CHARACTER_PX * typeScale + LABEL_INSET_PX <= piece.width;
    return { part, ...piece, assumedWidth: piece.width * assumed, label: fits ? label : "" };
  });
}

function axisFor(bars: readonly CostBar[], scale: CostScale, widthPx: number): Axis {
  if (scale === "share") return linearAxis(1, widthPx, percentText);
  const ends = bars.flatMap(({ total, before }) => [total.high, before ?? 0]);
  const max = Math.max(1, ...ends);
  if (scale === "linear") return linearAxis(max, widthPx);
  const starts = bars.map(({ total }) => total.low).filter((low) => low > 0);
  return logAxis(Math.min(max, ...starts), max, widthPx);
}
