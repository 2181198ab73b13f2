import { CATEGORIES, CATEGORY_NAMES } from "#engine";
import { html, svg, type TemplateResult } from "lit";
import { type CostBar, TINTS, TONES } from "./bar.ts";

/** What colours, tints, hatching and marks mean; only what occurs in the bars. */
export function costKey(bars: readonly CostBar[]): TemplateResult {
  const parts = bars.flatMap((bar) => bar.parts);
  const tones = TONES.filter(({ tone }) => parts.some((part) => part.tone === tone));
  const categories = CATEGORY_NAMES.filter(
    (name) => TINTS[name] > 1 && parts.some(({ category }) => category === name),
  );
  const changed = bars.some(({ before }) => before !== undefined);
  return html`
    <ul class="key" aria-label="Key">
      ${tones.map(({ tone, label }) => html`<li class=${tone}>${swatch(1)} ${label}</li>`)}
      ${
        categories.length > 0
          ? html`<li class="wire">
            in lighter tints of the same colour:
            ${categories.map((name) => html`${swatch(TINTS[name])} ${CATEGORIES[name].label.toLowerCase()} `)}
          </li>`
          : ""
      }
      ${
        parts.some(({ assumedCycles }) => (assumedCycles ?? 0) > 0)
          ? html`<li class="wire">
            <svg class="swatch" aria-hidden="true">
              <rect class="area" width="22" height="14"></rect>
              <rect fill="url(#on-full)" width="22" height="14"></rect>
            </svg>
            assumed price
          </li>`
          : ""
      }
      <li>
        <svg class="swatch" aria-hidden="true">
          <path class="whisker" d="M1 4V10M1 7H21M21 4V10"></path>
        </svg>
        range of the total
      </li>
      ${
        changed
          ? html`<li>
            <svg class="swatch" aria-hidden="true"><path class="before" d="M11 0V14"></path></svg>
            before your changes
          </li>`
          : ""
      }
    </ul>
  `;
}

function swatch(tint: number): TemplateResult {
  return html`
    <svg class="swatch" aria-hidden="true">
      ${svg`<rect class=${`area tint-${tint}`} width="22" height="14"></rect>`}
    </svg>
  `;
}
