import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { PlotWidth } from "../chart/plot-width.ts";
import type { ExplorerRun, SelectDetail } from "../explorer/explorer-run.ts";
import { rowSentence } from "../sentence/row-sentence.ts";
import { grouped } from "../number-text.ts";
import { tableStyles } from "../chart/table-styles.ts";
import { toneStyles } from "../tone-styles.ts";
import { actionOfKey, type TimelineAction } from "./action.ts";
import { BrushDrag } from "./brush-drag.ts";
import { Gestures } from "./gestures.ts";
import { REACH_PX, rowAt } from "./hit.ts";
import { timelineHint, timelineKey } from "./key.ts";
import { laneNames } from "./lane-names.ts";
import { LANES } from "../flow/lane.ts";
import { overviewHeight, paintOverview, placeWindow, windowBox, windowFrame } from "./overview.ts";
import { paintPreview } from "./painter.ts";
import { rowsInView } from "./row-boxes.ts";
import { type Scene, stretchInView } from "./scene.ts";
import { TimelineSession } from "./session.ts";
import { timelineStyles } from "./styles.ts";
import { Surface } from "./surface.ts";
import { tables } from "./table.ts";
import { durationText, momentText } from "./time-text.ts";
import { toolbar } from "./toolbar.ts";

/** From when to when is in view, in cycles of the trace. */
export type CycleRange = readonly [fromCycles: number, toCycles: number];

/** What a timeline fires as `trapline-range` when another stretch comes into view. */
export interface RangeInViewDetail {
  /** In cycles of the trace; undefined: everything. */
  readonly range: CycleRange | undefined;
}

/** What changes nothing but the layer on top. */
const ON_TOP: ReadonlySet<PropertyKey> = new Set(["row", "packet", "settled", "isOpen"]);
/** How long after the last change tables and summary follow, in milliseconds. */
const SETTLE_MS = 120;

/**
 * Who was busy when, on what: a lane per actor grouped by resource, packets as threads, hand-overs
 * as arrows, and a lane of cycles; from the whole run to one access.
 *
 * @element trapline-timeline
 * @fires trapline-select - When the reader points at a row; `detail` is a SelectDetail. A page that says
 *   the row in a live region of its own prevents the default: it is not said twice.
 * @fires trapline-range - When another stretch comes into view; `detail` is a RangeInViewDetail.
 */
export class TraplineTimeline extends LitElement {
  static override styles = [toneStyles, tableStyles, timelineStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    packet: { type: Number },
    range: { attribute: false },
    settled: { state: true },
    isOpen: { state: true },
  };

  /** What is drawn. */
  declare run: ExplorerRun | undefined;

  /** The selected row of the trace, -1 for none. */
  declare row: number;

  /** The packet whose thread is drawn when the selected row has none, from 1; 0 for none. */
  declare packet: number;

  /** From when to when is in view, in cycles of the trace; undefined: everything. */
  declare range: CycleRange | undefined;

  declare private settled: number;

  declare private isOpen: boolean;

  #session: TimelineSession | undefined;
  #frame = 0;
  #needsScene = true;
  #needsOverview = true;
  #pointedRow = -1;
  #spoken = "";
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** The range that this element itself told of last. */
  #told: CycleRange | undefined;
  readonly #width = new PlotWidth(this, ".figure", 960);
  readonly #surface = new Surface(this, () => {
    this.#needsOverview = true;
    this.requestUpdate();
  });
  readonly #gestures = new Gestures({
    zoom: (x, factor) => this.#session && this.#moved(this.#session.zoomAt(x, factor)),
    pan: (pixels) => this.#session && this.#moved(this.#session.panBy(pixels)),
    click: (x, y, isTouch) => this.#clicked(x, y, isTouch ? 2 * REACH_PX : REACH_PX),
    point: (x, y) => this.#pointed(x, y),
    leave: () => this.#point(-1, 0, 0),
  });
  readonly #drag = new BrushDrag(() => {
    const session = this.#session;
    if (session === undefined) return undefined;
    const { window, map, layout } = session.scene;
    const { plotPx: widthPx } = layout;
    const choose = (next: Scene["window"]) => this.#moved(session.show(next));
    return { window, axisCycles: map.axisCycles, widthPx, choose };
  });

  constructor() {
    super();
    this.row = -1;
    this.packet = 0;
    this.settled = 0;
    this.isOpen = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#surface.connect();
    this.#session?.start();
  }

  override disconnectedCallback(): void {
    this.#surface.disconnect();
    this.#session?.stop();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    clearTimeout(this.#settling);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { run } = this;
    if (changed.has("run")) {
      this.#session?.stop();
      this.#session = run && new TimelineSession(run, () => this.#ready());
      this.#pointedRow = -1;
      this.#needsOverview = true;
      // The first drawing fits its place at once, so that nothing moves when the width is told.
      if (this.clientWidth > 0) this.#width.widthPx = this.clientWidth;
      if (this.isConnected) this.#session?.start();
    }
    const session = this.#session;
    if (session === undefined) return;
    const isResized = session.layOut(this.#width.widthPx, this.#surface.typeScale);
    if (isResized) this.#needsOverview = true;
    if (changed.has("range") && this.range !== this.#told) session.showTime(this.range);
    const { window } = session.scene;
    if (changed.has("row") || changed.has("packet")) session.choose(this.row, this.packet);
    const isOnTop = [...changed.keys()].every((name) => ON_TOP.has(name)) && changed.size > 0;
    this.#redraw(!isOnTop || window !== session.scene.window);
  }

  override render(): TemplateResult {
    const session = this.#session;
    return html`
      <div class="palette">
        ${["paper", "ink", "muted", "rule", "boundary"].map((name) => html`<i class=${name}></i>`)}
        ${LANES.map(({ tone }) => html`<i class=${tone}></i>`)}
      </div>
      ${session === undefined ? html`<div class="figure"><slot></slot></div>` : this.#drawing(session)}
    `;
  }

  #drawing(session: TimelineSession): TemplateResult {
    const { scene, index } = session;
    return html`
      ${this.#controls(session)} ${this.#figure(session)}
      <p class="visually-hidden" role="status">${this.#spoken}</p>
      ${timelineKey(session.isFolded)} ${timelineHint()}
      <details
        .open=${this.isOpen}
        @toggle=${(event: Event) => {
          this.isOpen = event.target instanceof HTMLDetailsElement && event.target.open;
        }}
      >
        <summary>Tables of the lanes and rows in view</summary>
        ${this.isOpen && index ? tables(scene, index, this.row, this.#select) : ""}
      </details>
    `;
  }

  #controls(session: TimelineSession): TemplateResult {
    const { run, showsThreads } = session.scene;
    const { packet, isFolded, canFold } = session;
    return toolbar({
      packet,
      packetCount: run.packetCount,
      hasSelection: this.row >= 0,
      isFolded,
      canFold,
      showsThreads,
      summary: this.#summary(session),
      act: this.#act,
      choosePacket: (next) => this.#select(session.firstRowOf(next)),
      fold: (folded) => {
        this.#needsOverview = true;
        this.#moved(session.fold(folded));
      },
      showThreads: (shown) => {
        session.showThreads(shown);
        this.requestUpdate();
      },
    });
  }

  #figure(session: TimelineSession): TemplateResult {
    const { layout } = session.scene;
    const overviewPx = overviewHeight(layout.lanes.length, this.#surface.typeScale);
    return html`
      <div class="figure">
        <div
          class="overview"
          aria-hidden="true"
          @pointerdown=${this.#drag.pressed}
          @pointermove=${this.#drag.moved}
          @pointerup=${this.#drag.released}
          @pointercancel=${this.#drag.released}
        >
          <canvas></canvas>
          <svg width=${layout.plotPx} height=${overviewPx}>${windowFrame(overviewPx)}</svg>
        </div>
        <svg
          class="names"
          aria-hidden="true"
          width=${layout.namesPx}
          height=${layout.heightPx}
        >
          ${laneNames(layout)}
        </svg>
        <div
          class="plot"
          role="application"
          tabindex="0"
          aria-label=${this.#label(session)}
          aria-describedby="hint"
          @keydown=${this.#pressed}
          @pointerdown=${this.#gestures.pressed}
          @pointermove=${this.#gestures.moved}
          @pointerup=${this.#gestures.released}
          @pointercancel=${this.#gestures.released}
          @pointerleave=${this.#gestures.left}
          @wheel=${this.#gestures.wheeled}
        >
          <canvas class="scene"></canvas>
          <canvas class="selection"></canvas>
          <div class="tip" aria-hidden="true" hidden></div>
        </div>
      </div>
    `;
  }

  #summary({ scene, index }: TimelineSession): string {
    const { run, map } = scene;
    const { from, to } = stretchInView(scene);
    const perMicrosecond = run.cyclesPerMicrosecond;
    const start = Math.max(from, map.fromCycles);
    const begin = momentText(start - map.fromCycles, perMicrosecond);
    const span = `${durationText(to - start, perMicrosecond)}, from ${begin}\u202fµs`;
    if (index === undefined) return `${span} · reading ${grouped(run.trace.length)} rows`;
    return `${span} · ${grouped(rowsInView(index, from, to))} rows`;
  }

  #label({ scene }: TimelineSession): string {
    const { run, layout, map } = scene;
    const whole = durationText(map.toCycles - map.fromCycles, run.cyclesPerMicrosecond);
    return (
      `Timeline of ${run.title}: ${grouped(run.trace.length)} rows in ${layout.lanes.length} lanes, ` +
      `${whole} in all. Arrow keys go from row to row.`
    );
  }

  readonly #act = (action: TimelineAction): void => {
    const session = this.#session;
    if (session === undefined) return;
    const row = session.rowAfter(action);
    if (row === undefined) this.#moved(session.move(action));
    else if (row >= 0) this.#spoken = this.#select(row) ? this.#sentence(row) : "";
  };

  #pressed(event: KeyboardEvent): void {
    const action = actionOfKey(event);
    if (action === undefined) return;
    event.preventDefault();
    this.#act(action);
  }

  #sentence(row: number): string {
    return this.run === undefined || row < 0 ? "" : rowSentence(this.run, row);
  }

  #clicked(x: number, y: number, reachPx: number): void {
    const { scene, index } = this.#session ?? {};
    if (scene === undefined || index === undefined) return;
    const row = rowAt(scene, index, x, y, reachPx);
    if (row >= 0) this.#select(row);
  }

  #pointed(x: number, y: number): void {
    const { scene, index } = this.#session ?? {};
    if (scene !== undefined && index !== undefined) this.#point(rowAt(scene, index, x, y), x, y);
  }

  #point(row: number, x: number, y: number): void {
    const tip = this.renderRoot.querySelector<HTMLElement>(".tip");
    const layout = this.#session?.scene.layout;
    if (tip === null || layout === undefined) return;
    tip.hidden = row < 0;
    if (row !== this.#pointedRow) {
      this.#pointedRow = row;
      tip.textContent = this.#sentence(row);
      this.#redraw(false);
    }
    if (row < 0) return;
    const left = Math.min(x + 14, Math.max(0, layout.plotPx - tip.offsetWidth - 4));
    const top = y + 20 + tip.offsetHeight > layout.heightPx ? y - tip.offsetHeight - 12 : y + 20;
    tip.style.transform = `translate(${left}px, ${top}px)`;
  }

  /** Selects a row; false when the page says it and this element need not. */
  readonly #select = (row: number): boolean => {
    if (row < 0) return false;
    this.row = row;
    const detail: SelectDetail = { row };
    const options = { detail, bubbles: true, composed: true, cancelable: true };
    return this.dispatchEvent(new CustomEvent("trapline-select", options));
  };

  /** All rows are read. */
  #ready(): void {
    this.#needsOverview = true;
    this.requestUpdate();
  }

  /** Another stretch is in view: it is drawn with the next frame; others are told when it rests. */
  #moved(isOther: boolean): void {
    if (!isOther) return;
    this.#redraw();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const range = this.#session?.range;
      this.#told = range;
      this.range = range;
      this.settled++;
      const detail: RangeInViewDetail = { range };
      this.dispatchEvent(
        new CustomEvent("trapline-range", { detail, bubbles: true, composed: true }),
      );
    }, SETTLE_MS);
  }

  /** Asks for one frame; without a change there is none. */
  #redraw(needsScene = true): void {
    this.#needsScene ||= needsScene;
    if (this.#frame !== 0 || !this.isConnected) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const session = this.#session;
    if (session === undefined || !this.hasUpdated) return;
    const { scene, index, painter } = session;
    const { plotPx, heightPx, lanes } = scene.layout;
    const brush = this.#surface.brush(".scene", plotPx, heightPx);
    const overlay = this.#surface.brush(".selection", plotPx, heightPx);
    if (brush === undefined || overlay === undefined) return;
    if (this.#needsScene) {
      if (painter === undefined) paintPreview(brush, scene);
      else painter.paint(brush, scene);
    }
    this.#needsScene = false;
    painter?.paintSelection(overlay, scene, session.packet - 1, this.row, this.#pointedRow);
    const overviewPx = overviewHeight(lanes.length, this.#surface.typeScale);
    const overview = this.#surface.brush(".overview canvas", plotPx, overviewPx);
    if (overview && index && this.#needsOverview) {
      paintOverview(overview, index, scene.map, plotPx, overviewPx);
      this.#needsOverview = false;
    }
    placeWindow(this.renderRoot, windowBox(scene.window, scene.map.axisCycles, plotPx), plotPx);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-timeline": TraplineTimeline;
  }
  interface HTMLElementEventMap {
    "trapline-range": CustomEvent<RangeInViewDetail>;
  }
}
