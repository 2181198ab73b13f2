import { html, nothing, type TemplateResult } from "lit";
import type { TimeUnit } from "./event-text.ts";

/** What the bar between filter and list shows and does. */
export interface BarContent {
  readonly count: string;
  /** That the selected row is none of them; it is not spoken, as it changes with each step. */
  readonly away: string;
  readonly said: string;
  readonly isFiltered: boolean;
  readonly showsAll: boolean;
  readonly unit: TimeUnit;
  readonly toMatch: (by: 1 | -1) => void;
  readonly setAll: (all: boolean) => void;
  readonly setUnit: (unit: TimeUnit) => void;
  readonly copy: () => void;
  readonly save: () => void;
}

/** How many rows there are, ways through the matches, and what can be done with the rows. */
export function eventBar(bar: BarContent): TemplateResult {
  return html`
    <div class="bar">
      <p class="count">
        <span role="status"
          ><strong>${bar.count}</strong>${bar.said === "" ? nothing : html` · ${bar.said}`}</span
        >${bar.away}
      </p>
      ${
        bar.isFiltered
          ? html`
              <button type="button" title="p" @click=${() => bar.toMatch(-1)}>‹ Match</button>
              <button type="button" title="n" @click=${() => bar.toMatch(1)}>Match ›</button>
              <button
                type="button"
                aria-pressed=${bar.showsAll}
                @click=${() => bar.setAll(!bar.showsAll)}
              >
                Others too
              </button>
            `
          : nothing
      }
      <span class="whole">
        <button
          type="button"
          aria-pressed=${bar.unit === "cycles"}
          @click=${() => bar.setUnit(bar.unit === "cycles" ? "µs" : "cycles")}
        >
          Times in cycles
        </button>
        <button type="button" @click=${bar.copy}>Copy</button>
        <button type="button" @click=${bar.save}>Save CSV</button>
      </span>
    </div>
  `;
}
