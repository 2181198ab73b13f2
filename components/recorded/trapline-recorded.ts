import type { AlignedLine, AlignedPhase, AlignedRecording } from "#engine";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { chartStyles } from "../chart/styles.ts";
import { toneStyles } from "../tone-styles.ts";
import { aspectChoice, divergenceButtons, type RecordingChoice, sources } from "./controls.ts";
import { type AspectChoice, isDivergence, isMark, type ListItem, listItems } from "./item.ts";
import { lineSentence, listRows, type ShownRows, shownRows } from "./line-list.ts";
import { droppedFiles, readRecording, type RecordingFiles } from "./recording-files.ts";
import { recordedStyles } from "./styles.ts";
import { agreementText, divergenceCount, rulesText } from "./summary.ts";
import { phaseLabel, phaseTable } from "./table.ts";

/** The files that a reader dropped or picked, as `trapline-recording-files` carries them. */
export interface RecordingFilesDetail {
  readonly files: RecordingFiles;
}

/** The bundled recording that a reader chose, as `trapline-recording-choose` carries it. */
export interface RecordingChooseDetail {
  readonly id: string;
}

const ROW_PX = { wide: 30, narrow: 54 } as const;
const VIEW_PX = 480;
const NARROW_PX = 640;
const PAGE_ROWS = 15;

/**
 * A recording of a real driver on a real device beside the engine's run of the same scenario, line by
 * line: what agrees, what differs, what is left out and why. It compares nothing itself: it is
 * given what `alignRecording` found.
 *
 * @element trapline-recorded
 * @fires trapline-recording-files - When the reader dropped or picked files; `detail` is a RecordingFilesDetail.
 * @fires trapline-recording-choose - When the reader chose a bundled recording; `detail` is a RecordingChooseDetail.
 */
export class TraplineRecorded extends LitElement {
  static override styles = [toneStyles, chartStyles, recordedStyles];

  static override properties = {
    recording: { attribute: false },
    choices: { attribute: false },
    chosen: { type: String },
    problem: { type: String },
    phase: { type: Number },
    aspect: { type: String },
    current: { state: true },
    open: { state: true },
    widthPx: { state: true },
    shown: { state: true },
    dropping: { state: true },
    ownProblem: { state: true },
  };

  /** What is shown. */
  declare recording: AlignedRecording | undefined;

  /** The bundled recordings that are offered. */
  declare choices: readonly RecordingChoice[];

  /** The id of the bundled recording that is shown; empty for the reader's own. */
  declare chosen: string;

  /** One sentence on what is wrong with the files given last; what was shown before stays. */
  declare problem: string;

  /** The phase that is shown, by its place in the recording. */
  declare phase: number;

  /** What of it is listed. */
  declare aspect: AspectChoice;

  declare private current: number;
  declare private open: ReadonlySet<number>;
  declare private widthPx: number;
  declare private shown: ShownRows;
  declare private dropping: boolean;
  declare private ownProblem: string;

  #items: readonly ListItem[] = [];
  readonly #observer = new ResizeObserver(([entry]) => {
    const widthPx = Math.floor(entry?.contentRect.width ?? 0);
    if (widthPx > 0) this.widthPx = widthPx;
  });

  constructor() {
    super();
    this.recording = undefined;
    this.choices = [];
    this.chosen = "";
    this.problem = "";
    this.phase = 0;
    this.aspect = "all";
    this.current = 0;
    this.open = new Set();
    this.widthPx = 1200;
    this.shown = shownRows(0, VIEW_PX, ROW_PX.wide, Infinity);
    this.dropping = false;
    this.ownProblem = "";
  }

  /** Reads the recording that was dropped beside the element; call it while the drop is heard. */
  openDropped(transfer: DataTransfer): void {
    void this.#read(droppedFiles(transfer));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.widthPx = this.clientWidth || this.widthPx;
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.#observer.disconnect();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("recording")) {
      this.ownProblem = "";
      const last = (this.recording?.phases.length ?? 1) - 1;
      this.phase = Math.min(this.phase, last);
      if (changed.get("recording") !== undefined || this.phase === 0) this.phase = this.#firstPhase;
    }
    const isOther = changed.has("recording") || changed.has("phase");
    if (isOther) this.open = new Set();
    if (isOther || changed.has("aspect") || changed.has("open")) {
      this.#items = listItems(this.#phaseShown?.lines ?? [], this.aspect, this.open);
    }
    if (isOther || changed.has("aspect")) this.current = Math.max(0, this.#divergenceAfter(-1));
    this.current = Math.min(this.current, Math.max(0, this.#items.length - 1));
  }

  protected override updated(changed: PropertyValues): void {
    const list = this.#list;
    if (list === null) return;
    const rowPx = this.#rowPx;
    list.style.setProperty("--_row", `${rowPx}px`);
    const { first, end } = this.shown;
    const space = (selector: string, rows: number): void => {
      const spacer = list.querySelector<HTMLElement>(selector);
      if (spacer !== null) spacer.style.blockSize = `${Math.max(0, rows) * rowPx}px`;
    };
    space(".above", first);
    space(".below", this.#items.length - Math.min(end, this.#items.length));
    const isOther = ["current", "phase", "recording", "aspect"].some((name) => changed.has(name));
    if (isOther) this.#scrollToCurrent(list);
    this.#drawAround(list);
  }

  override render(): TemplateResult {
    const { recording } = this;
    const problem = this.ownProblem || this.problem;
    return html`
      <div
        class=${`${this.dropping ? "dropping" : ""} ${this.widthPx < NARROW_PX ? "narrow" : ""}`}
        @dragover=${this.#dragged}
        @dragleave=${this.#left}
        @drop=${this.#dropped}
      >
        ${sources(this.choices, this.chosen, this.#choose, this.#picked)}
        ${problem === "" ? nothing : html`<p class="problem" role="alert">${problem}</p>`}
        ${recording === undefined ? nothing : this.#shownRecording(recording)}
      </div>
    `;
  }

  /** The first phase with a packet in it, of those that tell; else the first. */
  get #firstPhase(): number {
    const isPacket = (line: AlignedLine): boolean =>
      isMark(line) && line.recorded.startsWith("packet ");
    return Math.max(0, this.recording?.phases.findIndex(({ lines }) => lines.some(isPacket)) ?? 0);
  }

  get #phaseShown(): AlignedPhase | undefined {
    return this.recording?.phases[this.phase];
  }

  get #rowPx(): number {
    return this.widthPx < NARROW_PX ? ROW_PX.narrow : ROW_PX.wide;
  }

  get #list(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".list");
  }

  #shownRecording(recording: AlignedRecording): TemplateResult {
    const { config, driver, phases } = recording;
    const phase = this.#phaseShown;
    return html`
      <p class="summary"><strong>${config}</strong>, driver ${driver}. ${agreementText(phases)}</p>
      <div class="table-scroller" tabindex="0" role="region" aria-label="Phases of the recording">
        ${phaseTable(phases, this.phase, this.#choosePhase)}
      </div>
      ${phase === undefined ? nothing : this.#shownPhase(phase, phases)}
    `;
  }

  #shownPhase(phase: AlignedPhase, phases: readonly AlignedPhase[]): TemplateResult {
    const count = divergenceCount(phase);
    const item = this.#items[this.current];
    const line = item === undefined ? undefined : phase.lines[item.from];
    const rules = rulesText(phase);
    return html`
      <p><strong>${phaseLabel(phase, phases)}</strong>: ${agreementText([phase])}</p>
      ${
        rules === ""
          ? nothing
          : html`<p>${rules}</p>
            <ul class="rules">
              ${phase.rules?.map(({ rule, holds, found }) => html`<li>${holds ? "Holds" : "Does not hold"}: ${rule} (${found}).</li>`)}
            </ul>`
      }
      <div class="tools">
        ${divergenceButtons(
          count,
          this.#divergenceBefore(this.current),
          this.#divergenceAfter(this.current),
          this.#goTo,
        )}
        ${aspectChoice(phase, this.aspect, this.#chooseAspect)}
      </div>
      <p class="sentence" role="status">
        ${item === undefined || line === undefined ? "No line of this kind." : lineSentence(phase.file, item, line)}
      </p>
      <div
        class="list"
        role="grid"
        tabindex="0"
        aria-label=${`Lines of ${phase.file} beside the engine's rows`}
        aria-rowcount=${this.#items.length + 1}
        aria-activedescendant=${this.#isDrawn(this.current) ? `row-${this.current}` : nothing}
        @keydown=${this.#pressed}
        @scroll=${this.#scrolled}
      >
        <div class="row head" role="row" aria-rowindex="1">
          <span role="columnheader" class="margin">Differs</span>
          <span role="columnheader" class="number">Line</span>
          <span role="columnheader" class="side">Recorded</span>
          <span role="columnheader" class="side">Engine</span>
        </div>
        <div class="above" role="presentation"></div>
        ${listRows(phase, this.#items, this.shown, this.current, this.#chooseItem)}
        <div class="below" role="presentation"></div>
      </div>
    `;
  }

  #isDrawn(at: number): boolean {
    return at >= this.shown.first && at < Math.min(this.shown.end, this.#items.length);
  }

  #differs(at: number): boolean {
    const item = this.#items[at];
    const line = this.#phaseShown?.lines[item?.from ?? -1];
    return item?.fold === "" && line !== undefined && isDivergence(line);
  }

  #divergenceAfter(at: number): number {
    return this.#items.findIndex((_, index) => index > at && this.#differs(index));
  }

  #divergenceBefore(at: number): number {
    return this.#items.findLastIndex((_, index) => index < at && this.#differs(index));
  }

  readonly #goTo = (at: number): void => {
    this.current = Math.min(Math.max(0, at), Math.max(0, this.#items.length - 1));
  };

  readonly #choosePhase = (at: number): void => {
    this.phase = at;
  };

  readonly #chooseAspect = (aspect: AspectChoice): void => {
    this.aspect = aspect;
  };

  readonly #chooseItem = (at: number): void => {
    this.#goTo(at);
    this.#toggle(at);
  };

  /** Opens or closes a fold. */
  #toggle(at: number): void {
    const item = this.#items[at];
    if (item === undefined || item.fold === "") return;
    const open = new Set(this.open);
    if (!open.delete(item.from)) open.add(item.from);
    this.open = open;
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { key } = event;
    const to: Record<string, number> = {
      ArrowDown: this.current + 1,
      ArrowUp: this.current - 1,
      PageDown: this.current + PAGE_ROWS,
      PageUp: this.current - PAGE_ROWS,
      Home: 0,
      End: this.#items.length - 1,
    };
    if (key === "Enter" || key === " ") this.#toggle(this.current);
    else if (to[key] !== undefined) this.#goTo(to[key]);
    else return;
    event.preventDefault();
  };

  #scrollToCurrent(list: HTMLElement): void {
    const rowPx = this.#rowPx;
    // The list's head covers one row.
    const top = this.current * rowPx;
    if (top < list.scrollTop) list.scrollTop = top;
    const bottom = top + 2 * rowPx;
    if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
  }

  readonly #scrolled = (event: Event): void => {
    this.#drawAround(event.currentTarget as HTMLElement);
  };

  #drawAround(list: HTMLElement): void {
    const { first, end } = shownRows(
      list.scrollTop,
      list.clientHeight || VIEW_PX,
      this.#rowPx,
      this.#items.length,
    );
    if (first !== this.shown.first || end !== this.shown.end) this.shown = { first, end };
  }

  readonly #choose = (id: string): void => {
    const detail: RecordingChooseDetail = { id };
    this.#fire("trapline-recording-choose", detail);
  };

  readonly #picked = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    void this.#read(Promise.resolve([...(input.files ?? [])]));
    input.value = "";
  };

  readonly #dragged = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.dropping = true;
  };

  readonly #left = (): void => {
    this.dropping = false;
  };

  readonly #dropped = (event: DragEvent): void => {
    this.dropping = false;
    if (event.dataTransfer === null) return;
    event.preventDefault();
    this.openDropped(event.dataTransfer);
  };

  async #read(files: Promise<readonly File[]>): Promise<void> {
    try {
      const detail: RecordingFilesDetail = { files: await readRecording(await files) };
      this.ownProblem = "";
      this.#fire("trapline-recording-files", detail);
    } catch (error) {
      this.ownProblem = error instanceof Error ? error.message : String(error);
    }
  }

  #fire(name: string, detail: RecordingFilesDetail | RecordingChooseDetail): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-recorded": TraplineRecorded;
  }
  interface HTMLElementEventMap {
    "trapline-recording-files": CustomEvent<RecordingFilesDetail>;
    "trapline-recording-choose": CustomEvent<RecordingChooseDetail>;
  }
}
