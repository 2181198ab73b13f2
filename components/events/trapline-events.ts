import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { ExplorerRun, SelectDetail } from "../explorer/explorer-run.ts";
import { counted, grouped } from "../number-text.ts";
import { KeptFocus } from "../kept-focus.ts";
import { toneStyles } from "../tone-styles.ts";
import { eventBar } from "./event-bar.ts";
import { eventGrid } from "./event-grid.ts";
import { columnCharacters, eventLines, type TimeUnit } from "./event-text.ts";
import "./filter-box.ts";
import type { FilterTextDetail, MatchDetail } from "./filter-box.ts";
import { filtered, type FilterState, unfiltered, vocabularyOf } from "./filter-state.ts";
import { Strip } from "./strip.ts";
import { eventsStyles } from "./styles.ts";
import { ShownRows } from "./shown-rows.ts";
import { type Move, moveOf, placeAfter } from "./place-move.ts";
import { RowWindow } from "./row-window.ts";

/** The filter that the list shows by. */
export interface FilterDetail {
  readonly text: string;
}

/** What the reader wants to save; the page does it. */
export interface ExportDetail {
  readonly kind: "csv";
  /** The rows of the trace, in their order. */
  readonly rows: Int32Array;
}

/** Rows that go into the clipboard at most: about 10 MB of text. */
const COPIED_ROWS_MAX = 100_000;

/**
 * Every row of a trace as a list that is filtered, walked through and saved.
 *
 * @element trapline-events
 * @fires trapline-select - When the reader points at a row; `detail` is a SelectDetail.
 * @fires trapline-filter - When another filter was understood; `detail` is a FilterDetail.
 * @fires trapline-export - When the reader wants the shown rows in a file; `detail` is an ExportDetail.
 */
export class TraplineEvents extends LitElement {
  static override styles = [toneStyles, eventsStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    filter: { type: String },
    all: { type: Boolean },
    unit: { type: String },
    said: { state: true },
  };

  /** What is listed. */
  declare run: ExplorerRun | undefined;

  /** The selected row of the trace, -1 for none. */
  declare row: number;

  /** Which rows are shown; see the filter language of the engine. */
  declare filter: string;

  /** Whether rows that the filter does not want are shown as well, fainter. */
  declare all: boolean;

  /** In which unit times are written. */
  declare unit: TimeUnit;

  /** What was done last, for those who listen. */
  declare private said: string;

  #state: FilterState = unfiltered(undefined);
  #everything = new ShownRows(0);
  readonly #strip = new Strip();
  readonly #window = new RowWindow(this, () => this.#shown.length);

  constructor() {
    super();
    new KeptFocus(this);
    this.run = undefined;
    this.row = -1;
    this.filter = "";
    this.all = false;
    this.unit = "µs";
    this.said = "";
  }

  /** The rows that the filter wants. */
  get found(): ShownRows {
    return this.#state.rows;
  }

  /** The filter has the focus, once it is there. */
  override focus(options?: FocusOptions): void {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>("trapline-filter-box")?.focus(options),
    );
  }

  get #shown(): ShownRows {
    return this.all ? this.#everything : this.#state.rows;
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { run } = this;
    if (changed.has("run")) {
      this.#state = unfiltered(run);
      this.#everything = this.#state.rows;
    }
    if (run !== undefined && (changed.has("run") || changed.has("filter"))) {
      this.#state = filtered(run, this.filter, this.#state);
      this.said = "";
    }
    const follows = ["run", "row", "filter", "all"].some((name) => changed.has(name));
    if (follows) this.#follow();
  }

  protected override updated(changed: PropertyValues): void {
    this.#window.place();
    if (this.run !== undefined && (changed.has("run") || changed.has("unit"))) {
      const { number, time } = columnCharacters(this.run, this.unit);
      this.style.setProperty("--_number", String(number));
      this.style.setProperty("--_time", String(time));
    }
    const redraws = ["run", "row", "filter"].some((name) => changed.has(name));
    const canvas = this.renderRoot.querySelector("canvas");
    if (canvas !== null && (redraws || this.#window.wasResized())) {
      const sought = this.#state.isFiltered ? this.found : undefined;
      this.#strip.draw(canvas, sought, this.run?.trace.length ?? 0, this.row);
    }
  }

  override render(): TemplateResult {
    const { run, unit, row } = this;
    if (run === undefined) return html`<slot></slot>`;
    const { problem, hints, isFiltered } = this.#state;
    const shown = this.#shown;
    return html`
      <trapline-filter-box
        .text=${this.filter}
        .problem=${problem}
        .hints=${hints}
        .words=${() => vocabularyOf(run)}
        @filter-text=${({ detail }: CustomEvent<FilterTextDetail>) => this.#refilter(detail.text)}
        @filter-match=${({ detail }: CustomEvent<MatchDetail>) => this.#toMatch(detail.by)}
      ></trapline-filter-box>
      ${this.#bar(run, isFiltered)}
      <div class="list">
        ${eventGrid({
          run,
          unit,
          row,
          shown,
          faint: this.all && isFiltered ? this.found : undefined,
          window: this.#window,
          pressed: this.#pressed,
          clicked: (at) => this.#select(at),
        })}
        <canvas aria-hidden="true" @pointerdown=${this.#pointed}></canvas>
      </div>
      ${shown.length === 0 ? html`<p class="none">No row fits the filter.</p>` : nothing}
    `;
  }

  #bar(run: ExplorerRun, isFiltered: boolean): TemplateResult {
    return eventBar({
      count: this.#countText(run),
      away: this.#awayText(),
      said: this.said,
      isFiltered,
      showsAll: this.all,
      unit: this.unit,
      toMatch: (by) => this.#toMatch(by),
      setAll: (all) => {
        this.all = all;
      },
      setUnit: (to) => {
        this.unit = to;
      },
      copy: () => void this.#copy(run),
      save: () => this.#save(),
    });
  }

  #countText({ trace }: ExplorerRun): string {
    const all = counted(trace.length, "row");
    if (!this.#state.isFiltered) return all;
    return `${grouped(this.found.length)} of ${all}`;
  }

  #awayText(): string {
    const isAway = this.#state.isFiltered && this.row >= 0 && !this.found.has(this.row);
    return isAway ? `; row ${grouped(this.row)} is not among them` : "";
  }

  /** Brings the selected row into view, or the first that follows it. */
  #follow(): void {
    if (this.row < 0) this.#window.clampOffset();
    else this.#window.show(Math.min(this.#shown.placeFrom(this.row), this.#shown.length - 1));
  }

  #refilter(text: string): void {
    if (this.run === undefined) return;
    this.filter = text;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      if (this.#state.problem === undefined) this.#fire<FilterDetail>("trapline-filter", { text });
    });
  }

  #select(row: number): void {
    if (row < 0 || row === this.row) return;
    this.row = row;
    this.#fire<SelectDetail>("trapline-select", { row });
  }

  #toMatch(by: 1 | -1): void {
    const { row, found: matches } = this;
    const found = by > 0 ? matches.after(row) : matches.before(row);
    // Behind the last match comes the first again.
    const to = found >= 0 ? found : by > 0 ? matches.at(0) : matches.at(matches.length - 1);
    this.said = found < 0 && to >= 0 ? `From the ${by > 0 ? "beginning" : "end"} again` : "";
    this.#select(to);
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "n" || event.key === "p") {
      event.preventDefault();
      this.#toMatch(event.key === "n" ? 1 : -1);
      return;
    }
    const move: Move | undefined = moveOf(event.key);
    if (move === undefined) return;
    event.preventDefault();
    const shown = this.#shown;
    const place = placeAfter(move, shown, this.row, this.#window.pageRows);
    this.#select(shown.at(place));
  };

  /** The strip is the whole trace: a point on it is a row, and the nearest match is meant. */
  #pointed(event: PointerEvent): void {
    const { target, clientY } = event;
    if (!(target instanceof HTMLElement) || this.run === undefined) return;
    const { top, height } = target.getBoundingClientRect();
    const row = Math.floor(((clientY - top) / height) * this.run.trace.length);
    const next = this.found.placeFrom(row);
    this.#select(this.found.at(Math.min(next, this.found.length - 1)));
  }

  async #copy(run: ExplorerRun): Promise<void> {
    const rows = this.#shown.slice(0, COPIED_ROWS_MAX);
    try {
      await navigator.clipboard.writeText(eventLines(run, rows, this.unit));
      const rest = this.#shown.length > rows.length ? "the first " : "";
      this.said = `Copied ${rest}${counted(rows.length, "row")}`;
    } catch {
      this.said = "The browser does not let this page copy; save the rows instead";
    }
  }

  #save(): void {
    this.#fire<ExportDetail>("trapline-export", { kind: "csv", rows: this.#shown.slice() });
  }

  #fire<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-events": TraplineEvents;
  }
  interface HTMLElementEventMap {
    "trapline-select": CustomEvent<SelectDetail>;
    "trapline-filter": CustomEvent<FilterDetail>;
    "trapline-export": CustomEvent<ExportDetail>;
  }
}
