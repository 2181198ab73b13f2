import { type SVGTemplateResult, svg } from "lit";
import { LANES, toneOf } from "../flow/lane.ts";
import type { LaneScale, Overlay, Thread } from "./layout.ts";

/** Height of the lanes' names above a column. */
export const LANE_NAMES_PX = 92;

const LETTER_PX = 12;

/** The dashes by which runs are told apart. */
export const DASHES: readonly string[] = ["", "9 4", "2 4", "12 4 2 4"];

/** The names of the lanes, slanted, above a column. */
export function drawLaneNames(lanes: LaneScale): SVGTemplateResult {
  return svg`${LANES.map(({ actor, tone, label }) => {
    const x = lanes.at(actor);
    return svg`<text
      class=${`lane-name ${tone}`}
      transform=${`translate(${x + 4},${LANE_NAMES_PX - 4}) rotate(-72)`}
    >${label}</text>`;
  })}`;
}

/** The way of control in one stage, and the row that the reader looks at. */
export function drawThread(thread: Thread, lanes: LaneScale, chosenRow: number): SVGTemplateResult {
  const { height, marks, stepPx } = thread;
  const radius = Math.max(1.5, Math.min(3.5, stepPx / 2));
  const chosen = marks.find(({ row }) => row === chosenRow);
  return svg`
    ${LANES.map(({ actor }) => {
      const x = lanes.at(actor);
      return svg`<line class="lane" x1=${x} x2=${x} y1="0" y2=${height}></line>`;
    })}
    <line class="line" x1=${lanes.lineX} x2=${lanes.lineX} y1="0" y2=${height}></line>
    <path class="way" d=${thread.way}></path>
    <path class="crossing" d=${thread.crossing}></path>
    ${marks.map(
      ({ actor, x, y }) =>
        svg`<circle class=${`step ${toneOf(actor)}`} cx=${x} cy=${y} r=${radius}></circle>`,
    )}
    ${chosen && svg`<circle class="chosen" cx=${chosen.x} cy=${chosen.y} r=${radius + 3}></circle>`}
  `;
}

/** All runs on one axis. */
export function drawOverlay(overlay: Overlay, widthPx: number, stageAt: number): SVGTemplateResult {
  const { axis, height, rows, runs } = overlay;
  return svg`
    ${rows.map(
      ({ y }, at) =>
        svg`<line class=${at === stageAt ? "grid current" : "grid"} x1="0" x2=${widthPx} y1=${y} y2=${y}></line>`,
    )}
    ${axis.ticks.map(
      ({ x, label }) => svg`
        <line class="grid" x1=${x} x2=${x} y1="0" y2=${height}></line>
        <text class="tick" x=${x} y=${height + 18}>${label}</text>
      `,
    )}
    ${runs.map(
      ({ path }, run) =>
        svg`<path class="run-line" stroke-dasharray=${DASHES[run] ?? ""} d=${path}></path>`,
    )}
    ${runs.map(({ points }, run) => {
      const last = points.at(-1);
      return svg`
        ${points.map(
          ({ x, y, actor }) =>
            svg`<circle class=${`point ${toneOf(actor)}`} cx=${x} cy=${y} r="4.5"></circle>`,
        )}
        ${last && svg`<text class="run-name" x=${last.x + 9 + beside(overlay, run)} y=${last.y + 4}>${letterOf(run)}</text>`}
      `;
    })}
  `;
}

/** The letter by which a run is called in drawings: A, B, C, D. */
export function letterOf(run: number): string {
  return String.fromCharCode("A".charCodeAt(0) + run);
}

/** How far a run's letter moves aside, where the lines of runs before it end at the same place. */
function beside({ runs }: Overlay, run: number): number {
  const own = runs[run]?.points.at(-1);
  const before = runs.slice(0, run).filter(({ points }) => {
    const other = points.at(-1);
    return own && other && own.y === other.y && Math.abs(own.x - other.x) < LETTER_PX;
  });
  return before.length * LETTER_PX;
}

/** A mode's title with its hyphens kept on one line. */
export function unbroken(title: string): string {
  return title.replace("VT-x", "VT\u2060-\u2060x");
}
