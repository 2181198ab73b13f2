import { html, LitElement, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { PlotWidth } from "../chart/plot-width.ts";
import { chartStyles } from "../chart/styles.ts";
import { toneStyles } from "../tone-styles.ts";
import { layOutRates, MARGIN_PX, PLOT_PX, type RateLayout, type RatePath } from "./layout.ts";
import type { RateLine, RateUnit } from "./rate-line.ts";
import { rateLinesStyles } from "./styles.ts";
import { captionOf, pointText, rateTable } from "./table.ts";

const TOP_PX = 28;
const BOTTOM_PX = 44;
/** Below this the labels would leave the lines no room: the drawing scrolls instead. */
const WIDTH_MIN_PX = 560;

/** Which line a reader chose. */
export interface RateChoice {
  readonly modeId: string;
}

/**
 * Rates by packet size, a line for each mode with its name at its end; the chosen one shows its
 * range.
 *
 * @element trapline-rate-lines
 * @fires trapline-rate-choose - When the reader chose a line; `detail` is a RateChoice.
 */
export class TraplineRateLines extends LitElement {
  static override styles = [toneStyles, chartStyles, rateLinesStyles];

  static override properties = {
    lines: { attribute: false },
    unit: { type: String },
    chosen: { type: String },
  };

  /** What is drawn. */
  declare lines: readonly RateLine[];

  /** What is counted. */
  declare unit: RateUnit;

  /** The id of the line that shows its range; empty for none. */
  declare chosen: string;

  readonly #plot = new PlotWidth(this, ".scroller", 1000);

  constructor() {
    super();
    this.lines = [];
    this.unit = "packets";
    this.chosen = "";
  }

  override render(): TemplateResult {
    const widthPx = Math.max(WIDTH_MIN_PX, this.#plot.widthPx);
    const typeScale = Number(getComputedStyle(this).getPropertyValue("--_scale")) || 1;
    const layout = layOutRates(this.lines, this.unit, widthPx, 17 * typeScale);
    return html`
      <div class="scroller" tabindex="0" role="region" aria-label="Rates by packet size, drawn">
        <svg
          role="group"
          aria-label=${`${captionOf(this.unit)} by packet size, ${layout.paths.length} modes`}
          width=${widthPx}
          height=${TOP_PX + PLOT_PX + BOTTOM_PX}
        >
          <text class="axis-label" x="0" y="13">${captionOf(this.unit)}</text>
          ${svg`<g transform=${`translate(${MARGIN_PX.left},${TOP_PX})`}>${this.#drawing(layout)}</g>`}
        </svg>
      </div>
      <p class="said">${this.#said()}</p>
      <details>
        <summary>The same as a table</summary>
        <div class="table-scroller" tabindex="0" role="region" aria-label="Rates by packet size">
          ${rateTable(this.lines, this.unit)}
        </div>
      </details>
    `;
  }

  #drawing({ paths, rates, sizes }: RateLayout): SVGTemplateResult {
    const right = sizes.at(-1)?.x ?? 0;
    // The chosen line lies above the others.
    const ordered = paths.toSorted((one, other) => this.#rank(one) - this.#rank(other));
    return svg`
      ${rates.map(
        ({ x, label }) => svg`
          <line class="grid" x1="0" x2=${right} y1=${PLOT_PX - x} y2=${PLOT_PX - x}></line>
          <text class="rate" x="-10" y=${PLOT_PX - x + 4}>${label}</text>`,
      )}
      ${sizes.map(
        ({ x, label }) => svg`
          <line class="grid" x1=${x} x2=${x} y1="0" y2=${PLOT_PX + 5}></line>
          <text class="tick" x=${x} y=${PLOT_PX + 20}>${label}</text>`,
      )}
      <text class="axis-label" x="0" y=${PLOT_PX + 40}>Bytes of a packet, with FCS</text>
      ${ordered.map((path) => this.#path(path))}`;
  }

  #path(path: RatePath): SVGTemplateResult {
    const { id, label, end, labelY } = path;
    const isChosen = this.chosen === id;
    return svg`
      <g
        class=${isChosen ? "path chosen" : "path"}
        role="button"
        tabindex="0"
        aria-pressed=${isChosen}
        aria-label=${this.#text(id)}
        @click=${() => this.#choose(id)}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          this.#choose(id);
        }}
      >
        <path class="band" d=${path.band}></path>
        <path class="curve" d=${path.line}></path>
        <path class="reach" d=${path.line}></path>
        ${path.dots.map(({ x, y }) => svg`<circle class="dot" cx=${x} cy=${y} r="3"></circle>`)}
        <path class="lead" d=${`M${end.x + 5} ${end.y}L${end.x + 20} ${labelY}`}></path>
        <text class="label" x=${end.x + 24} y=${labelY + 4}>${label}</text>
      </g>`;
  }

  #rank({ id }: RatePath): number {
    return id === this.chosen ? 1 : 0;
  }

  #said(): string {
    return this.chosen === "" ? "Choose a line to see its range." : this.#text(this.chosen);
  }

  #text(id: string): string {
    const found = this.lines.find((one) => one.id === id);
    const [first] = found?.points ?? [];
    const last = found?.points.at(-1);
    if (found === undefined || first === undefined || last === undefined) return "";
    const unit = this.unit === "packets" ? "packets a second" : "bit/s";
    return (
      `${found.label}: ${pointText(first, this.unit)} ${unit} at ${first.packetBytes} bytes, ` +
      `limited by: ${first.limit}; ${pointText(last, this.unit)} at ${last.packetBytes} bytes, ` +
      `limited by: ${last.limit}.`
    );
  }

  #choose(modeId: string): void {
    const detail: RateChoice = { modeId };
    this.dispatchEvent(
      new CustomEvent("trapline-rate-choose", { detail, bubbles: true, composed: true }),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-rate-lines": TraplineRateLines;
  }
  interface HTMLElementEventMap {
    "trapline-rate-choose": CustomEvent<RateChoice>;
  }
}
