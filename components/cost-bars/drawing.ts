import { svg, type SVGTemplateResult } from "lit";
import type { Tick } from "../chart/ticks.ts";
import { TINTS } from "./bar.ts";
import { BAR_PX, type BarBox, type PieceBox } from "./layout.ts";

/** Height of a bar with its whisker. */
export const ROW_PX = BAR_PX + 12;
/** Height of the axis above the bars. */
export const AXIS_PX = 22;

const WHISKER_Y = BAR_PX + 6;
const CAP_PX = 3;

/** The hatchings of what is assumed: one for full colours, one for tints. */
export function drawHatchings(): SVGTemplateResult {
  return svg`
    <defs>
      ${["on-full", "on-tint"].map(
        (id) => svg`
          <pattern id=${id} width="6" height="6" patternUnits="userSpaceOnUse">
            <path class=${`hatch ${id}`} d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"></path>
          </pattern>`,
      )}
    </defs>`;
}

/** The axis above the bars. */
export function drawAxis(ticks: readonly Tick[]): SVGTemplateResult {
  return svg`${ticks.map(
    ({ x, label }) => svg`
      <line class="grid" x1=${x} x2=${x} y1=${AXIS_PX - 5} y2=${AXIS_PX}></line>
      <text class="tick" x=${x} y=${AXIS_PX - 9}>${label}</text>`,
  )}`;
}

/** The lines of the grid behind a bar. */
export function drawGrid(ticks: readonly Tick[]): SVGTemplateResult {
  return svg`${ticks.map(
    ({ x }) => svg`<line class="grid" x1=${x} x2=${x} y1="-6" y2=${ROW_PX + 6}></line>`,
  )}`;
}

/** A piece: its colour, what of it is assumed, its name. */
export function drawPiece({ part, x, width, assumedWidth, label }: PieceBox): SVGTemplateResult {
  const tint = TINTS[part.category];
  const hatched = x + width - assumedWidth;
  const fill = tint === 1 ? "url(#on-full)" : "url(#on-tint)";
  // The outline for keyboard and choice lies inside, so that neighbours do not cover it.
  return svg`
    <rect class=${`area tint-${tint}`} x=${x} y="0" width=${width} height=${BAR_PX}></rect>
    ${assumedWidth > 0 ? svg`<rect fill=${fill} x=${hatched} y="0" width=${assumedWidth} height=${BAR_PX}></rect>` : ""}
    <line class="edge" x1=${x + width} x2=${x + width} y1="0" y2=${BAR_PX}></line>
    ${label === "" ? "" : svg`<text class=${`name tint-${tint}`} x=${x + 6} y=${BAR_PX / 2 + 4}>${label}</text>`}
    <rect class="outline" x=${x + 1} y="1" width=${Math.max(1, width - 2)} height=${BAR_PX - 2}></rect>`;
}

/** The total's range under the bar, and where it ended before the reader's changes. */
export function drawRange({ whisker, before }: BarBox): SVGTemplateResult {
  return svg`
    ${
      whisker === undefined
        ? ""
        : svg`<path class="whisker" d=${whiskerPath(whisker.from, whisker.to)}></path>`
    }
    ${
      before === undefined
        ? ""
        : svg`<path class="before" d=${`M${before} -3V${BAR_PX + 3}`}></path>`
    }`;
}

function whiskerPath(from: number, to: number): string {
  const top = WHISKER_Y - CAP_PX;
  const bottom = WHISKER_Y + CAP_PX;
  return `M${from} ${top}V${bottom}M${from} ${WHISKER_Y}H${to}M${to} ${top}V${bottom}`;
}
