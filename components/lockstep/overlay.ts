import { html, svg, type TemplateResult } from "lit";
import { figure } from "../range-text.ts";
import { DASHES, drawOverlay, letterOf } from "./drawing.ts";
import { layOutOverlay, type OverlayAxis } from "./layout.ts";
import type { AlignedPacket } from "./segment.ts";

/** What the figure with all runs on one axis shows. */
export interface OverlayContent {
  readonly packets: readonly AlignedPacket[];
  readonly labels: readonly string[];
  readonly axis: OverlayAxis;
  /** The open stage, or a negative number. */
  readonly stageAt: number;
  readonly widthPx: number;
  readonly choose: (axis: OverlayAxis) => void;
}

/** Room right of the last point for its run's letter. */
const LETTER_PX = 32;
const INSET_PX = 8;
const AXIS_PX = 24;

/** All runs on one axis: lines told apart by dash and letter, points in the colour of whose code runs. */
export function overlayFigure(content: OverlayContent): TemplateResult {
  const { packets, labels, axis, stageAt, widthPx, choose } = content;
  const plotPx = Math.max(80, widthPx - LETTER_PX);
  const overlay = layOutOverlay(packets, axis, plotPx);
  const choice = (value: OverlayAxis, label: string) => html`
    <label>
      <input type="radio" name="axis" .checked=${axis === value} @change=${() => choose(value)} />
      ${label}
    </label>
  `;
  return html`
    <div class="overlay">
      <h3>All on one axis</h3>
      <fieldset>
        <legend class="visually-hidden">What the axis shows</legend>
        ${choice("time", "µs since the packet set out")}
        ${choice("cycles", "CPU cycles spent before")}
      </fieldset>
      <div class="plotted">
        <ul class="names" aria-hidden="true">
          ${overlay.rows.map(({ label }) => html`<li>${label}</li>`)}
        </ul>
        <div class="plot">
          <svg
            role="img"
            aria-label=${overlayText(content)}
            width=${widthPx}
            height=${overlay.height + AXIS_PX}
          >
            ${svg`<g transform=${`translate(${INSET_PX},0)`}>${drawOverlay(overlay, plotPx, stageAt)}</g>`}
          </svg>
        </div>
      </div>
      <ul class="key" aria-label="Lines">
        ${labels.map(
          (label, run) => html`
            <li>
              <svg aria-hidden="true" width="40" height="12">
                ${svg`<line x1="0" x2="40" y1="6" y2="6" stroke-dasharray=${DASHES[run] ?? ""}></line>`}
              </svg>
              ${letterOf(run)} ${label}
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}

function overlayText({ packets, labels }: OverlayContent): string {
  const each = packets.map(({ latencyMicroseconds, cycles }, run) => {
    const arrives = Number.isNaN(latencyMicroseconds)
      ? "does not arrive"
      : `arrives after ${figure(latencyMicroseconds)} µs`;
    return `${labels[run]} ${arrives} and takes ${figure(cycles.typical)} CPU cycles`;
  });
  return `The stages of all runs on one axis: ${each.join("; ")}.`;
}
