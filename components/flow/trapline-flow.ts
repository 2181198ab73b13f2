import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import "../compare/define.ts";
import type { ChooseDetail } from "../compare/trapline-compare.ts";
import { toneStyles } from "../tone-styles.ts";
import { countTable } from "./count-table.ts";
import { drawCursor, drawFlow, drawLaneLabels } from "./drawing.ts";
import { drawingStyles } from "./drawing-styles.ts";
import { partOf, rangeInView, type StepRange } from "./drawn-range.ts";
import { type FlowRun, hasLine } from "./flow-run.ts";
import { type FlowLayout, layOut } from "./layout.ts";
import { MARK_SHAPES } from "./mark-shape.ts";
import { type Move, moved, moveOfKey } from "./navigation.ts";
import { type FlowProvider, modeIdsOf } from "./run-request.ts";
import { frameLines, rowDetails } from "./row-detail.ts";
import { stepTable } from "./step-table.ts";
import { journeyText, type PacketStory, restingStep, stepSentence, StoryTeller } from "./story.ts";
import { flowStyles } from "./styles.ts";
import { transport } from "./transport.ts";
import { shapeKey } from "./shape-key.ts";

/** Where a reader is in a run: packet and step counted from 1, and the row of the trace. */
export interface StepDetail {
  readonly packet: number;
  readonly step: number;
  readonly row: number;
}

const LABELS_PX = 104;
const STEP_PX = { min: 12, max: 48 } as const;

/**
 * One packet's journey through a run: a lane per actor, the line between guest and host, every
 * crossing of it, and the counts. Steps with buttons and keys; the table behind it says the same.
 *
 * @element trapline-flow
 * @fires trapline-step - When the reader went to another step or packet; `detail` is a StepDetail.
 * @slot - What stands here until there is a run.
 */
export class TraplineFlow extends LitElement {
  static override styles = [toneStyles, drawingStyles, flowStyles];

  static override properties = {
    run: { attribute: false },
    mode: { type: String },
    modes: { type: String },
    direction: { type: String },
    packets: { type: Number },
    size: { type: Number },
    packet: { type: Number },
    step: { type: Number },
    widthPx: { state: true },
    drawn: { state: true },
  };

  /** Runs what the attributes ask for; set by the page that has an engine. */
  static provider: FlowProvider | undefined;

  /** What is drawn. */
  declare run: FlowRun | undefined;

  /** The id of the mode to run and to look into; without it, `run` is drawn. */
  declare mode: string;

  /** Ids of modes to compare, separated by commas. */
  declare modes: string;

  /** Which way the packets go: tx, rx or echo. */
  declare direction: string;

  /** How many packets are generated. */
  declare packets: number;

  /** Bytes of each generated frame, without FCS. */
  declare size: number;

  /** The packet that is shown, from 1. */
  declare packet: number;

  /** The step the reader is at, from 1; 0 for the most telling one. */
  declare step: number;

  declare private widthPx: number;

  declare private drawn: StepRange;

  #runs: readonly FlowRun[] = [];
  #problem = "";
  #teller: StoryTeller | undefined;
  #story: PacketStory | undefined;
  #layout: FlowLayout | undefined;
  /** The step that is shown, from 0. */
  #at = 0;
  readonly #observer = new ResizeObserver(([entry]) => {
    const widthPx = Math.floor(entry?.contentRect.width ?? 0);
    if (widthPx > 0) this.widthPx = widthPx;
  });

  constructor() {
    super();
    this.mode = "";
    this.modes = "";
    this.direction = "tx";
    this.packets = 1;
    this.size = 60;
    this.packet = 1;
    this.step = 0;
    this.widthPx = 960;
    this.drawn = { from: 0, to: 0 };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.#observer.disconnect();
    super.disconnectedCallback();
  }

  /** The journey that is shown; undefined without a run. */
  get story(): PacketStory | undefined {
    return this.#story;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const asks = ["mode", "modes", "direction", "packets", "size"];
    if (this.mode !== "" && asks.some((name) => changed.has(name))) this.#ask(changed);
    const { run } = this;
    if (run === undefined) {
      this.#story = undefined;
      return;
    }
    if (this.#teller?.run !== run) {
      this.#teller = new StoryTeller(run);
      this.#story = undefined;
    }
    this.packet = clamp(this.packet, 1, run.packetCount);
    if (this.#story?.packet !== this.packet) {
      this.#story = this.#teller.story(this.packet);
      this.#layout = undefined;
    }
    const { rows } = this.#story;
    const asked = this.step < 1 ? restingStep(run.trace, rows) : this.step - 1;
    this.#at = clamp(asked, 0, rows.length - 1);
    if (this.#layout === undefined || changed.has("widthPx")) {
      this.#layout = this.#laidOut(rows);
      this.#drawAround(this.#layout);
    }
  }

  protected override updated(): void {
    const cursor = this.renderRoot.querySelector(".cursor");
    const scroller = this.renderRoot.querySelector(".scroller");
    const mark = this.#layout?.marks[this.#at];
    if (cursor === null || !(scroller instanceof HTMLElement) || mark === undefined) return;
    const margin = 48;
    const { scrollLeft, clientWidth } = scroller;
    if (mark.x < scrollLeft + margin || mark.x > scrollLeft + clientWidth - margin) {
      scroller.scrollLeft = mark.x - clientWidth / 2;
    }
  }

  override render(): TemplateResult {
    const { run } = this;
    const story = this.#story;
    const layout = this.#layout;
    if (this.#problem !== "")
      return html`<p class="problem" role="alert">${this.#problem}</p><slot></slot>`;
    if (run === undefined || story === undefined || layout === undefined) {
      return html`<slot></slot>`;
    }
    const step = this.#at;
    return html`
      ${this.#comparison()} ${transport(run, story, step, this.#move, this.#choosePacket)}
      <p class="sentence" role="status">${stepSentence(run, story.rows, step)}</p>
      ${this.#figure(run, story, layout, step)}
      <div class="beside">
        ${countTable(run, story)} ${this.#details(run, story.rows[step])}
      </div>
      <details class="steps">
        <summary>Table of the ${story.rows.length} steps</summary>
        <div class="table-scroller" tabindex="0" role="region" aria-label="Table of the steps">
          ${stepTable(run, story, step, this.#choose)}
        </div>
      </details>
    `;
  }

  /** Asks for the runs that the attributes describe, unless only the one to look into changed. */
  #ask(changed: PropertyValues): void {
    const only = [...changed.keys()].every((name) => name === "mode");
    let run = this.#runs.find(({ modeId }) => modeId === this.mode);
    if (!only || run === undefined) {
      this.#problem = "";
      const { direction, packets, size: sizeBytes } = this;
      const modeIds = modeIdsOf(this.mode, this.modes);
      try {
        this.#runs = TraplineFlow.provider?.({ modeIds, direction, packets, sizeBytes }) ?? [];
      } catch (error) {
        this.#problem = error instanceof Error ? error.message : String(error);
      }
      run = this.#runs.find(({ modeId }) => modeId === this.mode);
    }
    this.run = run;
  }

  #comparison(): TemplateResult | typeof nothing {
    if (this.mode === "" || this.#runs.length < 2) return nothing;
    return html`
      <trapline-compare
        .runs=${this.#runs}
        .packet=${this.packet}
        .chosen=${this.mode}
        .step=${this.#at + 1}
        @trapline-choose=${({ detail }: CustomEvent<ChooseDetail>) => {
          this.mode = detail.modeId;
          this.step = 0;
        }}
      ></trapline-compare>
    `;
  }

  #figure(run: FlowRun, story: PacketStory, layout: FlowLayout, step: number): TemplateResult {
    const { width, height } = layout;
    return html`
      <div class="figure">
        <svg class="labels" aria-hidden="true" width=${LABELS_PX} height=${height}>
          ${drawLaneLabels(layout, LABELS_PX)}
        </svg>
        <div
          class="scroller"
          role="slider"
          tabindex="0"
          aria-label=${`Step. ${journeyText(run, story)}`}
          aria-orientation="horizontal"
          aria-valuemin="1"
          aria-valuemax=${story.rows.length}
          aria-valuenow=${step + 1}
          aria-valuetext=${`Step ${step + 1} of ${story.rows.length}`}
          @keydown=${this.#pressed}
          @click=${this.#clicked}
          @scroll=${() => this.#drawAround(layout)}
        >
          <svg class=${hasLine(run) ? "" : "unlined"} aria-hidden="true" width=${width} height=${height}>
            ${drawFlow(partOf(layout, this.drawn))} ${drawCursor(layout, step)}
          </svg>
        </div>
      </div>
      ${this.#key(layout)}
      <p class="hint">
        On the drawing, <kbd>←</kbd> and <kbd>→</kbd> step, <kbd>Page Up</kbd> and
        <kbd>Page Down</kbd> go from hand-over to hand-over, <kbd>e</kbd> to the next exit,
        <kbd>Home</kbd> and <kbd>End</kbd> to the ends.
      </p>
    `;
  }

  /** The shapes that occur, each with its meaning. */
  #key(layout: FlowLayout): TemplateResult {
    const used = new Set(layout.marks.map(({ shape }) => shape));
    const shapes = MARK_SHAPES.filter((_, index) => used.has(index));
    return html`
      <ul class="key" aria-label="Shapes">
        ${shapes.map((shape) => shapeKey(shape, 12))}
      </ul>
    `;
  }

  #details(run: FlowRun, row: number | undefined): TemplateResult | typeof nothing {
    if (row === undefined) return nothing;
    const bytes = frameLines(run, row);
    return html`
      <div role="group" class="details" aria-label="This step">
        <dl>
          ${rowDetails(run, row).map(
            ({ term, value }) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
          )}
        </dl>
        ${bytes.length > 0 ? html`<pre aria-label="Bytes of the frame">${bytes.join("\n")}</pre>` : nothing}
      </div>
    `;
  }

  #laidOut(rows: Int32Array): FlowLayout {
    const room = this.widthPx - LABELS_PX;
    const stepPx = clamp(room / Math.max(1, rows.length), STEP_PX.min, STEP_PX.max);
    const size = { stepPx, lanePx: 38, driverLanePx: 78, linePx: 44, detailed: true };
    return layOut(this.run?.trace as FlowRun["trace"], rows, size);
  }

  /** Decides which steps of a long journey are drawn: those in view, and some around them. */
  #drawAround(layout: FlowLayout): void {
    const scroller = this.renderRoot.querySelector(".scroller");
    const { from, to } = rangeInView(layout, scroller?.scrollLeft ?? 0, this.widthPx);
    if (from !== this.drawn.from || to !== this.drawn.to) this.drawn = { from, to };
  }

  readonly #move = (move: Move): void => {
    const story = this.#story;
    if (story) this.#goTo(moved(move, this.#at, story.rows.length, story.handOvers));
  };

  readonly #choose = (step: number): void => this.#goTo(step);

  readonly #choosePacket = (packet: number): void => {
    if (this.run === undefined || !Number.isInteger(packet)) return;
    this.packet = clamp(packet, 1, this.run.packetCount);
    this.step = 0;
    void this.updateComplete.then(() => this.#announce());
  };

  #goTo(step: number): void {
    if (step === this.#at) return;
    this.#at = step;
    this.step = step + 1;
    this.#announce();
  }

  #announce(): void {
    const row = this.#story?.rows[this.#at] ?? -1;
    const detail: StepDetail = { packet: this.packet, step: this.#at + 1, row };
    this.dispatchEvent(new CustomEvent("trapline-step", { detail, bubbles: true, composed: true }));
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = moveOfKey(event.key);
    if (move === undefined) return;
    event.preventDefault();
    this.#move(move);
  }

  #clicked(event: MouseEvent): void {
    const layout = this.#layout;
    const target = event.currentTarget;
    if (layout === undefined || !(target instanceof HTMLElement)) return;
    const { left } = target.getBoundingClientRect();
    const step = Math.round(layout.x.invert(event.clientX - left + target.scrollLeft));
    this.#goTo(clamp(step, 0, layout.marks.length - 1));
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(Number.isFinite(value) ? value : low, low), Math.max(low, high));
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-flow": TraplineFlow;
  }
  interface HTMLElementEventMap {
    "trapline-step": CustomEvent<StepDetail>;
  }
}
