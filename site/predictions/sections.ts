import { figure, type RangeAxis } from "#components/plain";
import type { OrderingResult, Prediction, ValidationSummary } from "#engine";
import { html, type TemplateResult } from "lit";
import {
  excused,
  GOOD_FACTOR,
  missesFirst,
  predictionRow,
  publishedText,
} from "./prediction-rows.ts";

const AXIS: RangeAxis = {
  label: "Predicted over published",
  kind: "ratio",
  reference: { value: 1, label: "as published" },
  band: { from: 1 / GOOD_FACTOR, to: GOOD_FACTOR, label: `within a factor of ${GOOD_FACTOR}` },
};

/** How far the predictions are off in all, in two sentences. */
export function summarySection(summary: ValidationSummary, isBusy: boolean): TemplateResult {
  const { points, mapped, excused: left, counted, medianLog2 } = summary;
  if (isBusy || counted === 0) return html`<p class="summary" role="status"></p>`;
  return html`
    <p class="summary" role="status">
      Half of the ${counted} predictions that count are within a factor of
      ${figure(2 ** medianLog2)} of what was published; ${summary.withinOneAndAHalf} are within
      ${GOOD_FACTOR}, ${summary.withinTwo} within 2. Of ${points} published points ${mapped} are
      predicted, and ${left} are not, each with the reason.
    </p>
  `;
}

/** Every prediction on one axis, furthest off first. */
export function tableSection(predictions: readonly Prediction[]): TemplateResult {
  return html`
    <section aria-labelledby="table">
      <h2 id="table">Misses first</h2>
      <p>
        The dot is the typical prediction over the published value, the line its range from the ranges of all prices. Open dots
        are off by more than a factor of 2. Where a range was published, inside of it counts as 1.
      </p>
      <trapline-ranges
        .rows=${missesFirst(predictions).map(predictionRow)}
        .axis=${AXIS}
        .columns=${["published", "predicted"]}
      ></trapline-ranges>
    </section>
  `;
}

/** The orders that sources state, and whether they come out. */
export function orderSection(orders: readonly OrderingResult[]): TemplateResult {
  return html`
    <section aria-labelledby="orders">
      <h2 id="orders">Which is better than which</h2>
      <div class="table-scroller" tabindex="0" role="region" aria-label="Orders that sources state">
        <table>
          <caption>
            Orders of modes that sources state, and what is predicted for them, better ones first
          </caption>
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">states</th>
              <th scope="col">predicted</th>
              <th scope="col">comes out?</th>
            </tr>
          </thead>
          <tbody>
            ${orders.map(
              ({ ordering, values, holds }) => html`
                <tr>
                  <th scope="row">${ordering.source}</th>
                  <td>${ordering.statement}</td>
                  <td>
                    ${ordering.systems
                      .map(({ label }, at) => `${label} ${figure(values[at] ?? NaN)}`)
                      .join(ordering.better === "more" ? " > " : " < ")}
                    ${ordering.unit === "us" ? "µs" : ordering.unit}
                  </td>
                  <td>${holds ? "as stated" : html`<strong>reversed</strong>`}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}

/** What is not predicted, each with its reason. */
export function excuseSection(predictions: readonly Prediction[]): TemplateResult {
  const left = excused(predictions);
  return html`
    <section aria-labelledby="excused">
      <h2 id="excused">Not predicted, and why</h2>
      <div class="table-scroller" tabindex="0" role="region" aria-label="Points that are not predicted">
        <table>
          <caption>${left.length} published points for which there is no scenario</caption>
          <thead>
            <tr>
              <th scope="col">What was measured</th>
              <th scope="col">published</th>
              <th scope="col">why it is not predicted</th>
              <th scope="col">source</th>
            </tr>
          </thead>
          <tbody>
            ${left.map(
              ({ point, excuse }) => html`
                <tr>
                  <th scope="row">${point.mode}: ${point.metric}</th>
                  <td>${publishedText(point)}</td>
                  <td>${excuse}</td>
                  <td>${point.source}: ${point.where}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}
