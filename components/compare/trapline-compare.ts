import { html, LitElement, type PropertyValues, svg, type TemplateResult } from "lit";
import { drawCursor, drawFlow, drawLaneLabels } from "../flow/drawing.ts";
import { drawingStyles } from "../flow/drawing-styles.ts";
import { partOf } from "../flow/drawn-range.ts";
import { type FlowRun, hasLine } from "../flow/flow-run.ts";
import type { FlowLayout } from "../flow/layout.ts";
import { journeyText, type PacketStory, StoryTeller } from "../flow/story.ts";
import { counted } from "../number-text.ts";
import { toneStyles } from "../tone-styles.ts";
import { columnCount, INSET_PX, LABELS_PX, layOutSideBySide } from "./layout.ts";
import { compareStyles } from "./styles.ts";

/** Which mode a reader chose to look into. */
export interface ChooseDetail {
  readonly modeId: string;
}

/**
 * The same packet through several modes, side by side on one scale: one line between guest and host
 * runs through all of them, and the crossings can be counted.
 *
 * @element trapline-compare
 * @fires trapline-choose - When the reader chose a mode; `detail` is a ChooseDetail.
 */
export class TraplineCompare extends LitElement {
  static override styles = [toneStyles, drawingStyles, compareStyles];

  static override properties = {
    runs: { attribute: false },
    packet: { type: Number },
    chosen: { type: String },
    step: { type: Number },
    widthPx: { state: true },
  };

  /** What is drawn, one column each. */
  declare runs: readonly FlowRun[];

  /** The packet that is shown, from 1. */
  declare packet: number;

  /** The id of the mode that the reader looks into; empty for none. */
  declare chosen: string;

  /** Where the reader is in the chosen mode's journey, from 1; 0 shows no place. */
  declare step: number;

  declare private widthPx: number;

  #tellers: readonly StoryTeller[] = [];
  #stories: readonly PacketStory[] = [];
  readonly #observer = new ResizeObserver(([entry]) => {
    const widthPx = Math.floor(entry?.contentRect.width ?? 0);
    if (widthPx > 0) this.widthPx = widthPx;
  });

  constructor() {
    super();
    this.runs = [];
    this.packet = 1;
    this.chosen = "";
    this.step = 0;
    this.widthPx = 1200;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.#observer.disconnect();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("runs")) this.#tellers = this.runs.map((run) => new StoryTeller(run));
    if (!changed.has("runs") && !changed.has("packet")) return;
    this.#stories = this.#tellers.map((teller) =>
      teller.story(Math.min(Math.max(1, this.packet), teller.run.packetCount)),
    );
  }

  override render(): TemplateResult {
    const columns = columnCount(this.widthPx, this.runs.length);
    const roomPx = (this.widthPx - LABELS_PX) / columns;
    const layouts = layOutSideBySide(this.#tellers, this.#stories, roomPx);
    const groups: number[] = [];
    for (let first = 0; first < this.runs.length; first += columns) groups.push(first);
    return html`
      ${groups.map(
        (first) => html`
          <div class=${`row columns-${columns}`}>
            <div class="labels">${this.#labels(layouts.slice(first, first + columns))}</div>
            ${layouts
              .slice(first, first + columns)
              .map((layout, index) => this.#panel(first + index, layout, roomPx))}
          </div>
        `,
      )}
    `;
  }

  #labels(layouts: readonly FlowLayout[]): TemplateResult {
    const [layout] = layouts;
    if (layout === undefined) return html``;
    const lanes = layout.lanes.map((lane, index) => ({
      ...lane,
      used: layouts.some((other) => other.lanes[index]?.used),
    }));
    return html`
      <svg aria-hidden="true" width=${LABELS_PX} height=${layout.height}>
        ${drawLaneLabels({ ...layout, lanes }, LABELS_PX)}
      </svg>
    `;
  }

  #panel(index: number, layout: FlowLayout, roomPx: number): TemplateResult {
    const run = this.runs[index] as FlowRun;
    const story = this.#stories[index] as PacketStory;
    const { counts, rows } = story;
    const isChosen = run.modeId === this.chosen;
    const [family = "", device = ""] = run.title.replace("VT-x", "VT\u2060-\u2060x").split(/:\s*/);
    const touches = counts.dmaReads + counts.dmaWrites;
    return html`
      <div role="group" class=${isChosen ? "panel chosen" : "panel"} aria-label=${run.title}>
        <button aria-pressed=${isChosen} @click=${() => this.#choose(run)}>
          <strong>${family}</strong> <span>${device}</span>
        </button>
        <svg
          class=${hasLine(run) ? "" : "unlined"}
          role="img"
          aria-label=${journeyText(run, story)}
          width=${Math.floor(roomPx)}
          height=${layout.height}
          @click=${() => this.#choose(run)}
        >
          ${svg`<line class="line" x1="0" x2=${roomPx} y1=${layout.lineY} y2=${layout.lineY}></line>`}
          ${svg`<g transform=${`translate(${INSET_PX},0)`}>
            ${drawFlow(partOf(layout, { from: 0, to: layout.marks.length - 1 }))} ${isChosen ? drawCursor(layout, this.step - 1) : ""}
          </g>`}
        </svg>
        <div>
        <p class="exits">${counted(counts.exits, "exit")}</p>
        <p class="others">
          ${counted(counts.copies, "copy", "copies")} · ${counted(counts.interrupts, "interrupt")}<br>
          ${counted(touches, "device access", "device accesses")} to guest memory<br>
          ${counted(rows.length, "step")}
        </p>
        </div>
      </div>
    `;
  }

  #choose(run: FlowRun): void {
    const detail: ChooseDetail = { modeId: run.modeId };
    this.dispatchEvent(
      new CustomEvent("trapline-choose", { detail, bubbles: true, composed: true }),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-compare": TraplineCompare;
  }
  interface HTMLElementEventMap {
    "trapline-choose": CustomEvent<ChooseDetail>;
  }
}
