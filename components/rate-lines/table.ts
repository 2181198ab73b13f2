import { html, type TemplateResult } from "lit";
import { metricText } from "../chart/ticks.ts";
import { type RateLine, type RatePoint, type RateUnit, rateIn } from "./rate-line.ts";

/** The same numbers as the lines: a row for each mode, a column for each size. */
export function rateTable(lines: readonly RateLine[], unit: RateUnit): TemplateResult {
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map((one) => one.packetBytes)))];
  sizes.sort((one, other) => one - other);
  return html`
    <table>
      <caption>${captionOf(unit)}: typical, and low to high in brackets</caption>
      <thead>
        <tr>
          <th scope="col">Mode</th>
          ${sizes.map((size) => html`<th scope="col" class="digits">${size} B</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          ({ label, points }) => html`
            <tr>
              <th scope="row">${label}</th>
              ${sizes.map((size) => {
                const point = points.find(({ packetBytes }) => packetBytes === size);
                return html`<td class="digits">${point ? pointText(point, unit) : "–"}</td>`;
              })}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

/** What is counted, in words. */
export function captionOf(unit: RateUnit): string {
  return unit === "packets" ? "Packets a second" : "Bits a second, frames with FCS";
}

/** A rate with its range. */
export function pointText({ packetBytes, packetsPerSecond }: RatePoint, unit: RateUnit): string {
  const { low, typical, high } = packetsPerSecond;
  const text = (rate: number) => metricText(rateIn(unit, rate, packetBytes));
  return `${text(typical)} (${text(low)} – ${text(high)})`;
}
