import { html, nothing, type TemplateResult } from "lit";
import { grouped } from "../number-text.ts";
import { figure, withRange } from "../range-text.ts";
import { cyclesText, type Difference } from "./difference.ts";
import { drawThread } from "./drawing.ts";
import { type LaneScale, layOutThread } from "./layout.ts";
import type { AlignedPacket, Segment } from "./segment.ts";
import { MEASURES, measureText } from "./step-counts.ts";

/** What a cell of the alignment shows: one stage of one run. */
export interface CellContent {
  readonly packet: AlignedPacket;
  readonly segment: Segment;
  /** The same stage of all runs, for what is the same in all. */
  readonly all: readonly Segment[];
  readonly height: number;
  readonly lanes: LaneScale;
  readonly chosenRow: number;
  /** Rows that other runs of the same mode do not have. */
  readonly onlyHere: number;
  /** Against the first run; undefined for the first. */
  readonly difference: Difference | undefined;
}

/** The way of control in a stage, and what is counted in it. */
export function stageCell(content: CellContent): TemplateResult {
  const { packet, segment, height, lanes, chosenRow } = content;
  const { rows, absent } = segment;
  const thread = layOutThread(packet.run.trace, segment, packet.story.rows, height, lanes);
  return html`
    <svg class="rule" aria-hidden="true" width=${lanes.width}>
      <line class="line" x1=${lanes.lineX} x2=${lanes.lineX} y1="0" y2="100%"></line>
    </svg>
    <svg class="thread" aria-hidden="true" width=${lanes.width} height=${height}>
      ${drawThread(thread, lanes, chosenRow)}
    </svg>
    <div class="facts">
      ${absent === "" ? facts(content) : html`<p class="absent">${absent}</p>`}
      ${rows.length === 0 && absent === "" ? html`<p class="absent">Nothing.</p>` : nothing}
    </div>
  `;
}

function facts({ segment, all, onlyHere, difference }: CellContent): TemplateResult {
  const { counts, cycles, atMicroseconds, overtakes } = segment;
  return html`
    ${
      Number.isNaN(atMicroseconds)
        ? nothing
        : html`<p class="at">at ${figure(atMicroseconds)}\u202fµs${overtakes === "" ? "" : `, before “${overtakes}”`}</p>`
    }
    <ul>
      ${MEASURES.map((measure) => {
        const text = measureText(measure, counts);
        if (text === "") return nothing;
        const differs = all.some((other) => measure.count(other.counts) !== measure.count(counts));
        return html`<li class=${differs ? "differs" : ""}>${text}</li>`;
      })}
    </ul>
    ${cycles.typical > 0 ? html`<p class="cycles">${withRange(cycles)} cycles</p>` : nothing}
    ${onlyHere === 0 ? nothing : html`<p class="differs">${grouped(onlyHere)} only here</p>`}
    ${
      difference === undefined || isNothing(difference)
        ? nothing
        : html`<p class="difference">${cyclesText(difference.cycles)} than A</p>`
    }
  `;
}

/** Whether there is no difference in cycles. */
export function isNothing({ cycles }: Difference): boolean {
  return cycles.low === 0 && cycles.high === 0;
}
