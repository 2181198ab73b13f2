import { CATEGORIES, CATEGORY_NAMES, type CategoryName } from "#engine";
import { html, type TemplateResult } from "lit";
import { figure, percentText, rangeText } from "../range-text.ts";
import type { CostBar } from "./bar.ts";

/** The same numbers as the bars: a row for each mode, a column for each category that occurs. */
export function costTable(bars: readonly CostBar[]): TemplateResult {
  const used = CATEGORY_NAMES.filter((name) => bars.some((bar) => categoryCycles(bar, name) > 0));
  const assumed = bars.some((bar) => assumedShare(bar) !== undefined);
  const polls = bars.some(({ emptyPolls }) => emptyPolls > 0);
  return html`
    <table>
      <caption>
        Typical CPU cycles per packet by category; the columns of a row add up to its total, whole
        cycles aside.
      </caption>
      <thead>
        <tr>
          <th scope="col">Mode</th>
          ${used.map((name) => html`<th scope="col" class="digits">${CATEGORIES[name].label}</th>`)}
          <th scope="col" class="digits">Total</th>
          <th scope="col" class="digits">Range</th>
          ${assumed ? html`<th scope="col" class="digits">Assumed</th>` : ""}
          ${polls ? html`<th scope="col" class="digits">Empty polls, not in the total</th>` : ""}
          <th scope="col" class="digits">Latency, µs</th>
        </tr>
      </thead>
      <tbody>
        ${bars.map(
          (bar) => html`
            <tr>
              <th scope="row">${bar.title}</th>
              ${used.map((name) => html`<td class="digits">${cell(categoryCycles(bar, name))}</td>`)}
              <td class="digits"><strong>${figure(bar.total.typical)}</strong></td>
              <td class="digits range">${rangeText(bar.total)}</td>
              ${assumed ? html`<td class="digits">${percentText(assumedShare(bar) ?? 0)}</td>` : ""}
              ${polls ? html`<td class="digits">${cell(bar.emptyPolls)}</td>` : ""}
              <td class="digits">${figure(bar.latencyMicroseconds ?? NaN)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

/** Typical cycles of a category in a bar, whoever spends them. */
export function categoryCycles(bar: CostBar, name: CategoryName): number {
  const parts = bar.parts.filter(({ category }) => category === name);
  return parts.reduce((sum, { cycles }) => sum + cycles.typical, 0);
}

/** Share of a bar's typical cycles that have assumed prices, 0 to 1; undefined where not known. */
export function assumedShare({ parts, total }: CostBar): number | undefined {
  if (parts.some(({ assumedCycles }) => assumedCycles === undefined)) return undefined;
  const assumed = parts.reduce((sum, part) => sum + (part.assumedCycles ?? 0), 0);
  return total.typical > 0 ? assumed / total.typical : 0;
}

function cell(cycles: number): string {
  return cycles === 0 ? "–" : figure(cycles);
}
