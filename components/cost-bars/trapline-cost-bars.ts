import { html, LitElement, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { PlotWidth } from "../chart/plot-width.ts";
import { chartStyles } from "../chart/styles.ts";
import { figure, rangeText } from "../range-text.ts";
import { toneStyles } from "../tone-styles.ts";
import type { CostBar, CostScale, StackOrder } from "./bar.ts";
import {
  AXIS_PX,
  drawAxis,
  drawGrid,
  drawHatchings,
  drawPiece,
  drawRange,
  ROW_PX,
} from "./drawing.ts";
import { costKey } from "./key.ts";
import { type BarBox, type BarsLayout, layOutBars } from "./layout.ts";
import { costBarStyles } from "./styles.ts";
import { costTable } from "./table.ts";
import { barText, partText } from "./text.ts";

/** Which bar, and which piece of it, a reader chose; an empty piece is the whole bar. */
export interface CostChoice {
  readonly modeId: string;
  readonly partId: string;
}

const SCALE_TEXT: Readonly<Record<CostScale, string>> = {
  linear: "CPU cycles per packet",
  log: "CPU cycles per packet, logarithmic: only a bar's end can be read off, its pieces are shares",
  share: "Share of a packet's CPU cycles",
};

/**
 * What a packet costs in each mode: a bar of CPU cycles for each, its pieces in the colour of whose
 * code runs, its range below it, and what is assumed hatched. Pieces are chosen by click or arrows.
 *
 * @element trapline-cost-bars
 * @fires trapline-cost-choose - When the reader chose a bar or a piece; `detail` is a CostChoice.
 */
export class TraplineCostBars extends LitElement {
  static override styles = [toneStyles, chartStyles, costBarStyles];

  static override properties = {
    bars: { attribute: false },
    scale: { type: String },
    order: { type: String },
    chosen: { attribute: false },
    hint: { type: String },
    place: { state: true },
    said: { state: true },
  };

  /** What is drawn, a row each. */
  declare bars: readonly CostBar[];

  /** How lengths are drawn. */
  declare scale: CostScale;

  /** What pieces are ordered by. */
  declare order: StackOrder;

  /** What the reader looks into. */
  declare chosen: CostChoice;

  /** What stands below the bars until the reader points at a piece. */
  declare hint: string;

  /** The piece that Tab reaches: row and piece. */
  declare private place: readonly [row: number, piece: number];
  declare private said: string;

  readonly #plot = new PlotWidth(this, ".head .plot", 700);

  constructor() {
    super();
    this.bars = [];
    this.scale = "linear";
    this.order = "actor";
    this.chosen = { modeId: "", partId: "" };
    this.hint = "Choose a piece to see the prices behind it.";
    this.place = [0, 0];
    this.said = "";
  }

  override render(): TemplateResult {
    const typeScale = Number(getComputedStyle(this).getPropertyValue("--_scale")) || 1;
    const { scale, order } = this;
    const { widthPx } = this.#plot;
    const layout = layOutBars(this.bars, { widthPx, scale, order, typeScale });
    return html`
      ${costKey(this.bars)}
      <div class="row head">
        <span class="mode">Mode</span>
        <div class="plot">
          ${SCALE_TEXT[scale]}
          <svg aria-hidden="true" width=${widthPx} height=${AXIS_PX}>
            ${drawHatchings()}${drawAxis(layout.ticks)}
          </svg>
        </div>
        <span class="number">CPU cycles<br>per packet</span>
        <span class="number">latency,<br>median</span>
      </div>
      ${layout.bars.map((box, row) => this.#row(layout, box, row))}
      <p class="said">${this.said || this.#chosenText()}</p>
      <details>
        <summary>The same as a table</summary>
        <div class="table-scroller" tabindex="0" role="region" aria-label="Cycles by category">
          ${costTable(this.bars)}
        </div>
      </details>
    `;
  }

  #row(layout: BarsLayout, box: BarBox, row: number): TemplateResult {
    const { bar } = box;
    const isChosen = this.chosen.modeId === bar.id;
    const [family = "", device = family] = bar.title
      .replace("VT-x", "VT\u2060-\u2060x")
      .split(/:\s*/);
    return html`
      <div class=${isChosen ? "row chosen" : "row"}>
        <button
          class="mode"
          aria-pressed=${isChosen && this.chosen.partId === ""}
          @click=${() => this.#choose(bar.id, "")}
        >
          <strong>${device}</strong> <span>${family}</span>
        </button>
        <div class="plot">
          <svg
            role="group"
            aria-label=${barText(bar)}
            width=${this.#plot.widthPx}
            height=${ROW_PX}
            @keydown=${(event: KeyboardEvent) => this.#step(event, layout)}
          >
            ${drawGrid(layout.ticks)}
            ${box.pieces.map((_, piece) => this.#piece(box, row, piece))} ${drawRange(box)}
          </svg>
        </div>
        <div class="number">
          ${bar.before === undefined || figure(bar.before) === figure(bar.total.typical) ? "" : html`<s>${figure(bar.before)}</s>`}
          <strong>${figure(bar.total.typical)}<span class="unit"> cycles</span></strong>
          <span>${rangeText(bar.total)}</span>
        </div>
        <div class="number">
          <strong>${latencyText(bar)}</strong>
        </div>
      </div>
    `;
  }

  #piece(box: BarBox, row: number, piece: number): SVGTemplateResult {
    const { bar } = box;
    const at = box.pieces[piece];
    if (at === undefined) return svg``;
    const { part } = at;
    const text = partText(bar, part);
    const isChosen = this.chosen.modeId === bar.id && this.chosen.partId === part.id;
    const isPlace = this.#placeOf(row) === piece && this.place[0] === row;
    return svg`
      <g
        class=${`piece ${part.tone}`}
        role="button"
        tabindex=${isPlace ? 0 : -1}
        aria-pressed=${isChosen}
        aria-label=${text}
        data-place=${`${row}/${piece}`}
        @click=${() => this.#choose(bar.id, part.id)}
        @pointerenter=${() => this.#say(text)}
        @focus=${() => this.#stand(text, [row, piece])}
      >${drawPiece(at)}</g>`;
  }

  #say(text: string): void {
    this.said = text;
  }

  #stand(text: string, place: readonly [number, number]): void {
    this.said = text;
    this.place = place;
  }

  #chosenText(): string {
    const bar = this.bars.find(({ id }) => id === this.chosen.modeId);
    const part = bar?.parts.find(({ id }) => id === this.chosen.partId);
    return bar && part ? partText(bar, part) : this.hint;
  }

  /** The piece of a row that the arrows stand at; a bar may have fewer than it had. */
  #placeOf(row: number): number {
    const pieces = this.bars[row]?.parts.length ?? 0;
    return Math.min(this.place[1], Math.max(0, pieces - 1));
  }

  #step(event: KeyboardEvent, layout: BarsLayout): void {
    const [row] = this.place;
    const piece = this.#placeOf(row);
    if (event.key === "Enter" || event.key === " ") {
      const box = layout.bars[row];
      const part = box?.pieces[piece]?.part;
      if (box && part) this.#choose(box.bar.id, part.id);
      event.preventDefault();
      return;
    }
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const toRow = Math.min(layout.bars.length - 1, Math.max(0, row + move[0]));
    const last = (layout.bars[toRow]?.pieces.length ?? 1) - 1;
    const toPiece = Math.min(last, Math.max(0, piece + move[1]));
    this.place = [toRow, toPiece];
    void this.updateComplete.then(() => {
      const selector = `[data-place="${toRow}/${toPiece}"]`;
      this.renderRoot.querySelector<SVGGElement>(selector)?.focus();
    });
  }

  #choose(modeId: string, partId: string): void {
    const detail: CostChoice = { modeId, partId };
    this.dispatchEvent(
      new CustomEvent("trapline-cost-choose", { detail, bubbles: true, composed: true }),
    );
  }
}

function latencyText({ latencyMicroseconds: latency }: CostBar): string {
  if (latency === undefined) return "…";
  return Number.isNaN(latency) ? "–" : `${figure(latency)} µs`;
}

/** What a key does: rows down, pieces to the right. */
const MOVES: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -1e6],
  End: [0, 1e6],
};

declare global {
  interface HTMLElementTagNameMap {
    "trapline-cost-bars": TraplineCostBars;
  }
  interface HTMLElementEventMap {
    "trapline-cost-choose": CustomEvent<CostChoice>;
  }
}
