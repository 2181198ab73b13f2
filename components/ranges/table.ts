import { html, type TemplateResult } from "lit";
import { figure } from "../range-text.ts";
import type { RangeAxis, RangeRow } from "./range-row.ts";

/** The same numbers as the drawing. */
export function rangesTable(
  rows: readonly RangeRow[],
  axis: RangeAxis,
  columns: readonly string[],
): TemplateResult {
  return html`
    <table>
      <caption>${axis.label}</caption>
      <thead>
        <tr>
          <th scope="col">Of</th>
          <th scope="col" class="digits">low</th>
          <th scope="col" class="digits">typical</th>
          <th scope="col" class="digits">high</th>
          <th scope="col">in words</th>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ title, range, text, cells }) => html`
            <tr>
              <th scope="row">${title}</th>
              <td class="digits">${figure(range?.low ?? NaN)}</td>
              <td class="digits">${figure(range?.typical ?? NaN)}</td>
              <td class="digits">${figure(range?.high ?? NaN)}</td>
              <td>${text}</td>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
