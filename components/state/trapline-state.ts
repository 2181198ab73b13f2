import type { Snapshot } from "#engine";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { ExplorerRun, SelectDetail } from "../explorer/explorer-run.ts";
import { counted, grouped } from "../number-text.ts";
import { KeptFocus } from "../kept-focus.ts";
import { toneStyles } from "../tone-styles.ts";
import "../rings/define.ts";
import type { OpenMemoryDetail } from "../rings/trapline-rings.ts";
import { changeList } from "./change-list.ts";
import { type ExtraHost, type ExtraSection, extraSections } from "./extra-sections.ts";
import { layOutSections, type SectionView } from "./layout.ts";
import { type LineHost, lineRows } from "./line-rows.ts";
import { movedFocus } from "./line-focus.ts";
import { type CellPlace, originOf } from "./origin.ts";
import { originView } from "./origin-view.ts";
import { extraHead, sectionHead } from "./section-head.ts";
import { stateStyles } from "./styles.ts";
import { tableRows } from "./table-rows.ts";
import { walkStyles } from "./walk-styles.ts";

/** Which sections stand open now. */
export interface OpenDetail {
  readonly open: readonly string[];
  /** Given when the reader asks for all sections again: then it is empty. */
  readonly only?: readonly string[];
}

/**
 * The state of the machine at the selected row: registers, structures and tables, what the row
 * changed in them, and where every value came from.
 *
 * @element trapline-state
 * @fires trapline-select - When the reader goes to a row; `detail` is a SelectDetail.
 * @fires trapline-open-memory - When the reader wants to see an entry of a table in memory.
 * @fires trapline-open-change - When sections were opened or closed, or all are to be shown again;
 *   `detail` is an OpenDetail.
 */
export class TraplineState extends LitElement {
  static override styles = [toneStyles, stateStyles, walkStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    open: { attribute: false },
    only: { attribute: false },
    filter: { state: true },
    changedFirst: { state: true },
    openLines: { state: true },
    fragment: { state: true },
  };

  /** The run whose state is shown. */
  declare run: ExplorerRun | undefined;

  /** The selected row; -1 for the state before the first. */
  declare row: number;

  /** Ids of the sections that stand open. */
  declare open: readonly string[];

  /** Ids of the sections to show; all when it is empty. */
  declare only: readonly string[];

  /** What the reader typed into the box that finds names. */
  declare filter: string;

  /** Whether sections with a change come first. */
  declare changedFirst: boolean;

  /** Lines whose details stand open, as section and line. */
  declare openLines: ReadonlySet<string>;

  /** The fragment of translated code that the reader chose; "" for the one of the row. */
  declare fragment: string;

  readonly #tabLines = new Map<string, string>();

  readonly #host: LineHost = {
    isOpen: (section, line) => this.openLines.has(keyOf(section, line)),
    toggle: (section, line) => this.#toggleLine(section, line),
    tabLine: (section) => this.#tabLines.get(section),
    origin: (place, name) => this.#origin(place, name),
  };

  constructor() {
    super();
    new KeptFocus(this);
    this.run = undefined;
    this.row = -1;
    this.open = [];
    this.only = [];
    this.filter = "";
    this.changedFirst = false;
    this.openLines = new Set();
    this.fragment = "";
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("run")) this.openLines = new Set();
  }

  override render(): TemplateResult {
    const { run } = this;
    if (run === undefined) return html`<slot></slot>`;
    const snapshot = run.history.at(this.row);
    const { only, filter, changedFirst } = this;
    const open = new Set(this.open);
    const views = layOutSections(run.history, snapshot, { open, only, filter, changedFirst });
    return html`
      ${this.#tools(views)}
      <p class="found"><span role="status">${this.#foundText(views)}</span>${this.#changedText(views)}</p>
      ${filter.trim() === "" ? changeList(views, this.#showSection) : nothing}
      ${this.only.length > 0 ? this.#onlyNote() : nothing}
      ${views.map((view) => this.#section(view))}
      ${this.#extras(run, snapshot).map((extra) => this.#extra(extra))}
    `;
  }

  #tools(views: readonly SectionView[]): TemplateResult {
    const ids = views.map(({ spec }) => spec.id);
    return html`
      <div class="tools">
        <label>
          Find a name
          <input
            type="search"
            autocomplete="off"
            spellcheck="false"
            .value=${this.filter}
            @input=${({ target }: Event) => {
              if (target instanceof HTMLInputElement) this.filter = target.value;
            }}
          />
        </label>
        <button
          aria-pressed=${this.changedFirst}
          @click=${() => {
            this.changedFirst = !this.changedFirst;
          }}
        >
          Changed first
        </button>
        <button @click=${() => this.#setOpen([...new Set([...this.open, ...ids])])}>Open all</button>
        <button @click=${() => this.#setOpen(this.open.filter((id) => !ids.includes(id)))}>
          Close all
        </button>
      </div>
    `;
  }

  #foundText(views: readonly SectionView[]): string {
    const wanted = this.filter.trim();
    if (wanted === "") return "";
    const lines = views.reduce((sum, view) => sum + view.lines.length + view.tableLines.length, 0);
    if (views.length > 0) return `${counted(lines, "line")} with “${wanted}” in the name.`;
    return (
      `No section, register, field or column has “${wanted}” in its name. ` +
      "Names are those of the datasheet or specification, whole or in part: ISR, idx, EPT."
    );
  }

  /** What the step did, where nothing is looked for; it is not spoken: the step has its sentence. */
  #changedText(views: readonly SectionView[]): string {
    if (this.filter.trim() !== "") return "";
    const changed = views.reduce((sum, { changedCount }) => sum + changedCount, 0);
    const where = this.row < 0 ? "Before the first row" : `Row ${grouped(this.row)}`;
    return `${where}: ${changed === 0 ? "no value changed here" : `${counted(changed, "value")} changed`}.`;
  }

  #onlyNote(): TemplateResult {
    return html`
      <p class="note">
        Only what belongs to the chosen block is shown.
        <button
          @click=${() => {
            this.only = [];
            this.#tellOpen({ open: this.open, only: [] });
          }}
        >
          Show all
        </button>
      </p>
    `;
  }

  #section(view: SectionView): TemplateResult {
    const { id, kind, source } = view.spec;
    const body = kind === "table" ? tableRows : lineRows;
    return html`
      <section data-section=${id}>
        ${sectionHead(view, this.#toggleSection)}
        <div id=${`body-${id}`} class="body" ?hidden=${!view.open} @keydown=${this.#pressed}>
          ${view.open ? html`${body(view, this.#host)}<p class="source">${source}</p>` : nothing}
        </div>
      </section>
    `;
  }

  /** Rings, code and walks stand last, as their height is their row's; the box finds no names in them. */
  #extras(run: ExplorerRun, snapshot: Snapshot): ExtraSection[] {
    if (this.filter.trim() !== "") return [];
    const { only } = this;
    return extraSections(run, this.row, snapshot, this.#extraHost()).filter(
      ({ id }) => only.length === 0 || only.includes(id),
    );
  }

  #extraHost(): ExtraHost {
    return {
      fragment: this.fragment,
      chooseFragment: (name) => {
        this.fragment = name;
      },
      openMemory: (address, byteCount) => {
        const detail: OpenMemoryDetail = { address, byteCount };
        const options = { detail, bubbles: true, composed: true };
        this.dispatchEvent(new CustomEvent("trapline-open-memory", options));
      },
    };
  }

  #extra({ id, title, summary, body }: ExtraSection): TemplateResult {
    const isOpen = this.open.includes(id);
    return html`
      <section data-section=${id}>
        ${extraHead(id, title, summary, isOpen, this.#toggleSection)}
        <div id=${`body-${id}`} class="body" ?hidden=${!isOpen}>${isOpen ? body() : nothing}</div>
      </section>
    `;
  }

  #origin(place: CellPlace, name: string): TemplateResult {
    const { run, row } = this;
    if (run === undefined) return html``;
    return originView(run, name, originOf(run, row, place), this.#select);
  }

  /** Opens a section and brings it into view. */
  readonly #showSection = (id: string): void => {
    if (!this.open.includes(id)) this.#setOpen([...this.open, id]);
    void this.updateComplete.then(() => {
      const section = this.renderRoot.querySelector(`[data-section="${CSS.escape(id)}"]`);
      section?.scrollIntoView({ block: "nearest" });
      section?.querySelector<HTMLElement>(".head")?.focus();
    });
  };

  readonly #toggleSection = (id: string): void => {
    const { open } = this;
    this.#setOpen(open.includes(id) ? open.filter((one) => one !== id) : [...open, id]);
  };

  #setOpen(open: readonly string[]): void {
    this.open = open;
    this.#tellOpen({ open });
  }

  #tellOpen(detail: OpenDetail): void {
    const options = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent("trapline-open-change", options));
  }

  #toggleLine(section: string, line: string): void {
    const key = keyOf(section, line);
    const lines = new Set(this.openLines);
    if (!lines.delete(key)) lines.add(key);
    this.openLines = lines;
    this.#tabLines.set(section, line);
  }

  readonly #select = (row: number): void => {
    const detail: SelectDetail = { row };
    const options = { detail, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent("trapline-select", options));
  };

  readonly #pressed = (event: KeyboardEvent): void => {
    const moved = movedFocus(event);
    if (moved === undefined) return;
    this.#tabLines.set(moved.section, moved.line);
    this.requestUpdate();
  };
}

function keyOf(section: string, line: string): string {
  return `${section}\n${line}`;
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-state": TraplineState;
  }
  interface HTMLElementEventMap {
    "trapline-open-change": CustomEvent<OpenDetail>;
  }
}
