import { html, LitElement, nothing, type TemplateResult } from "lit";
import { PlotWidth } from "../chart/plot-width.ts";
import { chartStyles } from "../chart/styles.ts";
import { toneStyles } from "../tone-styles.ts";
import { AXIS_PX, drawRange, drawRangeAxis, ROW_PX } from "./drawing.ts";
import { layOutRanges, type RangesLayout } from "./layout.ts";
import type { RangeAxis, RangeRow } from "./range-row.ts";
import { rangesStyles } from "./styles.ts";
import { rangesTable } from "./table.ts";

/**
 * Values with their ranges on one logarithmic axis, a row each, with what is behind them to be
 * opened, and a table that says the same.
 *
 * @element trapline-ranges
 */
export class TraplineRanges extends LitElement {
  static override styles = [toneStyles, chartStyles, rangesStyles];

  static override properties = {
    rows: { attribute: false },
    axis: { attribute: false },
    columns: { attribute: false },
  };

  /** What is drawn, in its order. */
  declare rows: readonly RangeRow[];

  /** What the axis is like. */
  declare axis: RangeAxis;

  /** The names of the further columns, up to three. */
  declare columns: readonly string[];

  readonly #plot = new PlotWidth(this, ".head .plot");

  constructor() {
    super();
    this.rows = [];
    this.axis = { label: "", kind: "decades", reference: undefined, band: undefined };
    this.columns = [];
  }

  override render(): TemplateResult {
    const { widthPx } = this.#plot;
    const layout = layOutRanges(this.rows, this.axis, widthPx);
    const shape = `cells-${this.columns.length}`;
    return html`
      <div class=${`row head ${shape}`}>
        <span></span>
        <div class="plot">
          ${this.axis.label}${this.axis.band ? html`; shaded: ${this.axis.band.label}` : nothing}
          <svg aria-hidden="true" width=${widthPx} height=${AXIS_PX}>
            ${drawRangeAxis(layout, this.axis)}
          </svg>
        </div>
        <span></span>
        ${this.columns.map((column) => html`<span>${column}</span>`)}
      </div>
      ${this.rows.map((row, index) => this.#row(row, index, layout, shape))}
      <details class="behind">
        <summary>The same as a table</summary>
        <div class="table-scroller" tabindex="0" role="region" aria-label=${this.axis.label}>
          ${rangesTable(this.rows, this.axis, this.columns)}
        </div>
      </details>
    `;
  }

  #row(row: RangeRow, index: number, layout: RangesLayout, shape: string): TemplateResult {
    const { title, subtitle, range, text, verdict, cells, details } = row;
    const [value = "", ...bounds] = text.split(" (");
    return html`
      <div class=${`row ${shape} ${verdict}`} data-id=${row.id}>
        <div>
          <strong class="title">${title}</strong> <span class="subtitle">${subtitle}</span>
        </div>
        <div class="plot">
          <svg role="img" aria-label=${`${title}: ${text}`} width=${this.#plot.widthPx} height=${ROW_PX}>
            ${drawRange(layout, layout.marks[index])}
          </svg>
        </div>
        <div class=${range === undefined ? "value words" : "value"}>
          ${range === undefined ? text : value}
          ${range === undefined || bounds.length === 0 ? nothing : html`<small>${bounds.join(" (").replace(/\)$/, "")}</small>`}
        </div>
        ${cells.map(
          (cell, at) => html`
            <div class=${cell === "" ? "cell empty" : "cell"}>
              <span class="column-label">${this.columns[at]}: </span>${cell === "" ? "–" : cell}
            </div>
          `,
        )}
        ${details.length === 0 ? nothing : detailList(row)}
      </div>
    `;
  }
}

function detailList({ title, details }: RangeRow): TemplateResult {
  return html`
    <details>
      <summary>More<span class="visually-hidden">: ${title}</span></summary>
      <dl>
        ${details.map(
          ({ term, text, url }) => html`
            <dt>${term}</dt>
            <dd>${url === undefined ? text : html`<a href=${url} rel="noreferrer">${text}</a>`}</dd>
          `,
        )}
      </dl>
    </details>
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-ranges": TraplineRanges;
  }
}
