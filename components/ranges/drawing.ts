import { svg, type SVGTemplateResult } from "lit";
import type { RangeMark, RangesLayout } from "./layout.ts";
import type { RangeAxis } from "./range-row.ts";

/** Height of a row's drawing. */
export const ROW_PX = 26;
/** Height of the axis. */
export const AXIS_PX = 40;

const MIDDLE_PX = ROW_PX / 2;
const DOT_PX = 5.5;
/** How far lines of the grid reach over a row, so that they meet. */
const OVER_PX = 9;

/** The axis above the rows, with the reference's name over it. */
export function drawRangeAxis(
  { ticks, reference }: RangesLayout,
  axis: RangeAxis,
): SVGTemplateResult {
  return svg`
    ${ticks.map(
      ({ x, label }) => svg`
        <line class="grid" x1=${x} x2=${x} y1=${AXIS_PX - 5} y2=${AXIS_PX}></line>
        <text class="tick" x=${x} y=${AXIS_PX - 9}>${label}</text>`,
    )}
    ${
      reference === undefined || axis.reference === undefined
        ? ""
        : svg`<text class="reference-label" x=${reference} y="12">${axis.reference.label}</text>`
    }`;
}

/** A row's grid, band, reference, range and value. */
export function drawRange(layout: RangesLayout, mark: RangeMark | undefined): SVGTemplateResult {
  const { band, reference, ticks } = layout;
  const bottom = ROW_PX + OVER_PX;
  return svg`
    ${
      band === undefined
        ? ""
        : svg`<rect class="band" x=${band.from} y=${-OVER_PX} width=${band.to - band.from} height=${bottom + OVER_PX}></rect>`
    }
    ${ticks.map(
      ({ x }) => svg`<line class="grid" x1=${x} x2=${x} y1=${-OVER_PX} y2=${bottom}></line>`,
    )}
    ${
      reference === undefined
        ? ""
        : svg`<line class="reference" x1=${reference} x2=${reference} y1=${-OVER_PX} y2=${bottom}></line>`
    }
    ${
      mark === undefined
        ? ""
        : svg`
          <path class="whisker" d=${`M${mark.from} ${MIDDLE_PX - 4}V${MIDDLE_PX + 4}M${mark.from} ${MIDDLE_PX}H${mark.to}M${mark.to} ${MIDDLE_PX - 4}V${MIDDLE_PX + 4}`}></path>
          <circle class="dot" cx=${mark.at} cy=${MIDDLE_PX} r=${DOT_PX}></circle>`
    }`;
}
