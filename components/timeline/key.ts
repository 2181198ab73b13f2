import { html, svg, type TemplateResult } from "lit";
import { MARK_SHAPES } from "../flow/mark-shape.ts";
import { shapeKey } from "../flow/shape-key.ts";

/** What bars, marks and lines mean. */
export function timelineKey(usesFolds: boolean): TemplateResult {
  return html`
    <ul class="key" aria-label="Key">
      <li>${swatch(svg`<rect class="busy" y="2" width="22" height="10"></rect>`)} busy</li>
      <li>
        ${swatch(svg`<rect class="waits" x="0.5" y="2.5" width="21" height="9"></rect>`)} inside, while
        others work
      </li>
      <li>
        ${swatch(svg`<path class="line" d="M0 7H22M11 0V14"></path>`)} crossing the line between guest
        and host
      </li>
      <li>
        ${swatch(svg`<path class="thread" d="M0 2H7L13 12H22"></path>`)} the packet that is followed
      </li>
      <li class="hatched">
        ${swatch(svg`<path class="assumed" d="M0 12L10 2M6 12L16 2M12 12L22 2"></path>`)} assumed price
      </li>
      ${
        usesFolds
          ? html`<li>${swatch(svg`<path class="assumed" d="M7 12L11 2M12 12L16 2"></path>`)} idle time, folded</li>`
          : ""
      }
      ${MARK_SHAPES.map((shape) => shapeKey(shape, 10))}
    </ul>
  `;
}

/** What keys and wheel do. */
export function timelineHint(): TemplateResult {
  return html`
    <p class="hint" id="hint">
      On the drawing, <kbd>←</kbd> <kbd>→</kbd> go from row to row in a lane, <kbd>↑</kbd>
      <kbd>↓</kbd> from lane to lane, <kbd>Home</kbd> <kbd>End</kbd> to its ends; with
      <kbd>Shift</kbd> the arrows move and zoom. <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>0</kbd> fits
      all, <kbd>p</kbd> the packet, <kbd>s</kbd> goes to the selection. A wheel zooms with
      <kbd>Ctrl</kbd>, or once the drawing has been clicked.
    </p>
  `;
}

function swatch(drawing: unknown): TemplateResult {
  return html`<svg width="22" height="14" aria-hidden="true">${drawing}</svg>`;
}
