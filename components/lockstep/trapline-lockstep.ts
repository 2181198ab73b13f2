import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { chartStyles } from "../chart/styles.ts";
import type { ExplorerRun, SelectDetail } from "../explorer/explorer-run.ts";
import { hasLine } from "../flow/flow-run.ts";
import { StoryTeller } from "../flow/story.ts";
import { predicateOf } from "../sentence/predicate.ts";
import { subjectOf } from "../sentence/subject.ts";
import { counted, grouped } from "../number-text.ts";
import { PlotWidth } from "../chart/plot-width.ts";
import { KeptFocus } from "../kept-focus.ts";
import { toneStyles } from "../tone-styles.ts";
import { stageCell } from "./cell.ts";
import {
  type BiggestDifference,
  biggestDifference,
  cyclesText,
  differenceOf,
} from "./difference.ts";
import { letterOf, unbroken } from "./drawing.ts";
import { type LaneScale, laneScale, type OverlayAxis, rowHeight } from "./layout.ts";
import { columnHeads, columnTotals } from "./column.ts";
import { overlayFigure } from "./overlay.ts";
import { rowsOnlyHere } from "./only-here.ts";
import { type AlignedPacket, alignPacket, type Segment, type SegmentId } from "./segment.ts";
import { stepList } from "./step-list.ts";
import { lockstepStyles } from "./styles.ts";
import { lockstepTable } from "./table.ts";

/** A row of one of the runs, as `trapline-lockstep` fires it with `trapline-select`. */
export interface LockstepSelectDetail extends SelectDetail {
  /** The run, by its place in `runs`. */
  readonly run: number;
}

/** The stage that the reader went to, as `trapline-lockstep` fires it with `trapline-stage`. */
export interface StageDetail {
  readonly stage: SegmentId;
  readonly packet: number;
}

/** Below this width the stages' names stand above their cells. */
const NARROW_PX = 760;
/** Width of the stages' names and of the gap between columns: the style sheet says the same. */
const NAMES_PX = 176;
const GAP_PX = 16;
/** With less room than this beside a drawing, its figures stand below it. */
const FACTS_MIN_PX = 136;
/** A column narrower than this is not drawn beside others. */
const COLUMN_MIN_PX = 150;

/**
 * Two to four runs with the same packets, side by side and in lockstep: rows are the stages of a
 * packet's way, so that modes of different lengths stay aligned; what differs is counted.
 *
 * @element trapline-lockstep
 * @fires trapline-stage - When the reader went to a stage; `detail` is a StageDetail.
 * @fires trapline-select - When the reader chose a step; `detail` is a LockstepSelectDetail. A page that
 *   says the step in a live region of its own prevents the default: it is not said twice.
 */
export class TraplineLockstep extends LitElement {
  static override styles = [toneStyles, chartStyles, lockstepStyles];

  static override properties = {
    runs: { attribute: false },
    labels: { attribute: false },
    packet: { type: Number },
    stage: { type: String },
    selected: { attribute: false },
    axis: { state: true },
    widthPx: { state: true },
  };

  /** What is compared, two to four runs with the same packets. */
  declare runs: readonly ExplorerRun[];

  /** What tells runs of the same mode apart, such as the knob that differs; else the mode's title. */
  declare labels: readonly string[];

  /** The packet that is shown, from 1. */
  declare packet: number;

  /** The stage that is open; empty for none. */
  declare stage: SegmentId | "";

  /** The row that the reader looks at, and of which run; its stage is opened. */
  declare selected: LockstepSelectDetail;

  declare private axis: OverlayAxis;
  declare private widthPx: number;

  readonly #observer = new ResizeObserver(([entry]) => {
    const widthPx = Math.floor(entry?.contentRect.width ?? 0);
    if (widthPx > 0) this.widthPx = widthPx;
  });
  readonly #plot = new PlotWidth(this, ".plot", 1024);
  #tellers: readonly StoryTeller[] = [];
  #packets: readonly AlignedPacket[] = [];
  #onlyHere: readonly ReadonlySet<number>[] = [];
  #biggest: BiggestDifference | undefined;
  /** What the reader's last choice here came to; steps are said by the page. */
  #spoken = "";

  constructor() {
    super();
    new KeptFocus(this);
    this.runs = [];
    this.labels = [];
    this.packet = 1;
    this.stage = "";
    this.selected = { run: -1, row: -1 };
    this.axis = "time";
    this.widthPx = 1200;
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
    if (changed.has("runs")) this.#tellers = this.runs.map((run) => new StoryTeller(run));
    if (changed.has("runs") || changed.has("packet")) {
      this.#packets = this.runs.map((run, at) => {
        const packet = Math.min(Math.max(1, this.packet), run.packetCount);
        return alignPacket(run, (this.#tellers[at] as StoryTeller).story(packet));
      });
      this.#onlyHere = rowsOnlyHere(this.#packets);
      this.#biggest = biggestDifference(this.#packets);
    }
    if (!changed.has("selected")) return;
    const { run, row } = this.selected;
    const home = this.#packets[run]?.segments.find(({ rows }) => rows.includes(row));
    if (home !== undefined) this.stage = home.id;
  }

  override render(): TemplateResult {
    const packets = this.#packets;
    const [first] = packets;
    if (first === undefined) return html`<div class="place"></div>`;
    const { widthPx } = this;
    const isNarrow = widthPx < NARROW_PX;
    const fitting = Math.max(1, Math.floor(widthPx / COLUMN_MIN_PX));
    const columns = isNarrow ? Math.min(fitting, packets.length) : packets.length;
    const captioned = columns < packets.length;
    const columnPx = (widthPx - (isNarrow ? 0 : NAMES_PX)) / columns - GAP_PX;
    const lanes = laneScale(columnPx);
    const classes = [
      "place",
      isNarrow ? "narrow" : "",
      captioned ? "captioned" : "",
      columnPx < lanes.width + FACTS_MIN_PX ? "stacked" : "",
    ];
    const at = this.#stageAt;
    return html`
      <div class=${classes.join(" ")}>
        ${this.#transport(at)}
        <p class="sentence">${this.#sentence(at)}</p>
        <p class="visually-hidden" role="status">${this.#spoken}</p>
        ${this.#biggestText()}
        <div class="grid-of-stages columns-${columns}">
          ${columnHeads(this.runs, this.#runLabels(), lanes)}
          <ol class="stages" @keydown=${this.#pressed}>
            ${first.segments.map((_, row) => this.#stageRow(row, row === at, captioned, lanes))}
          </ol>
          ${columnTotals(packets, captioned ? this.#runLabels() : [])}
        </div>
        ${overlayFigure({
          packets,
          labels: this.#runLabels(),
          axis: this.axis,
          stageAt: at - 1,
          widthPx: this.#plot.widthPx,
          choose: this.#chooseAxis,
        })}
        <details>
          <summary>The same as a table</summary>
          <div class="table-scroller" tabindex="0" role="region" aria-label="Table of the stages">
            ${lockstepTable(packets, this.#stageLabels(), this.#runLabels())}
          </div>
        </details>
      </div>
    `;
  }

  get #stageAt(): number {
    return this.#packets[0]?.segments.findIndex(({ id }) => id === this.stage) ?? -1;
  }

  #stageLabels(): readonly string[] {
    const stages = this.#packets[0]?.stages ?? [];
    return ["Before", ...stages.map(({ label }) => label)];
  }

  #runLabels(): readonly string[] {
    return this.runs.map(({ title }, run) => this.labels[run] ?? unbroken(title));
  }

  #transport(at: number): TemplateResult {
    const last = (this.#packets[0]?.segments.length ?? 0) - 1;
    const button = (label: string, to: number, usable: boolean) => html`
      <button aria-disabled=${!usable} @click=${() => usable && this.#goTo(to)}>${label}</button>
    `;
    return html`
      <div class="transport" role="group" aria-label="Stages">
        ${button("‹ Stage before", at - 1, at > 0)} ${button("Next stage ›", at + 1, at < last)}
      </div>
    `;
  }

  #sentence(at: number): string {
    const [first] = this.#packets;
    if (first === undefined) return "";
    const packet = `Packet ${grouped(first.story.packet)} of ${grouped(first.run.packetCount)}`;
    const { run, row } = this.selected;
    const chosen = this.#packets[run];
    if (chosen !== undefined && row >= 0 && chosen.segments[at]?.rows.includes(row)) {
      const what = `${subjectOf(chosen.run, row)} ${predicateOf(chosen.run, row)}`;
      return `${packet}. ${letterOf(run)}: ${what}.`;
    }
    const label = this.#stageLabels()[at];
    if (label === undefined) return `${packet}. Choose a stage to see its steps side by side.`;
    const each = this.#packets.map(({ segments }, other) => {
      const segment = segments[at];
      const steps = counted(segment?.rows.length ?? 0, "step");
      return `${letterOf(other)} ${segment?.absent === "" ? `takes ${steps}` : "does not have it"}`;
    });
    return `${packet}, stage ${at} of ${first.stages.length}: ${label}. ${each.join(", ")}.`;
  }

  #biggestText(): TemplateResult {
    const biggest = this.#biggest;
    if (biggest === undefined) return html`<p class="biggest">No stage differs in CPU cycles.</p>`;
    const { at, run, difference, against } = biggest;
    const label = this.#stageLabels()[at] ?? "";
    const words = against === "" ? "" : `${against}; `;
    return html`
      <p class="biggest">
        The biggest difference:
        <button class="link" @click=${() => this.#goTo(at)}>${label}</button>:
        ${words}${cyclesText(difference.cycles)} in ${letterOf(run)} than in A.
      </p>
    `;
  }

  #stageRow(at: number, isOpen: boolean, captioned: boolean, lanes: LaneScale): TemplateResult {
    const segments = this.#packets.map(({ segments: all }) => all[at] as Segment);
    const label = this.#stageLabels()[at] ?? "";
    const place = { height: rowHeight(segments), lanes, captioned };
    const isBiggest = this.#biggest?.at === at;
    return html`
      <li class=${isOpen ? "stage current" : "stage"}>
        <div class="columns">
          <div class="stage-name">
            <button
              aria-expanded=${isOpen}
              aria-current=${isOpen ? "step" : nothing}
              tabindex=${at === Math.max(0, this.#stageAt) ? 0 : -1}
              @click=${() => this.#goTo(isOpen ? -1 : at)}
            >
              ${label}
            </button>
            ${isBiggest ? html`<small>the biggest difference</small>` : nothing}
          </div>
          ${segments.map((segment, run) => this.#cell(segment, segments, run, place))}
        </div>
        ${isOpen ? this.#openStage(segments, label) : nothing}
      </li>
    `;
  }

  #cell(
    segment: Segment,
    all: readonly Segment[],
    run: number,
    { captioned, ...place }: { height: number; lanes: LaneScale; captioned: boolean },
  ): TemplateResult {
    const packet = this.#packets[run] as AlignedPacket;
    const first = this.#packets[0] as AlignedPacket;
    const only = this.#onlyHere[run] ?? new Set();
    const chosenRow = this.selected.run === run ? this.selected.row : -1;
    const onlyHere = segment.rows.reduce((sum, row) => sum + (only.has(row) ? 1 : 0), 0);
    const base = all[0] as Segment;
    const difference = run === 0 ? undefined : differenceOf(base, first, segment, packet);
    return html`
      <div class=${hasLine(packet.run) ? "cell lined" : "cell unlined"}>
        ${captioned ? html`<p class="caption">${letterOf(run)} ${this.#runLabels()[run]}</p>` : nothing}
        ${stageCell({ packet, segment, all, chosenRow, onlyHere, difference, ...place })}
      </div>
    `;
  }

  #openStage(segments: readonly Segment[], label: string): TemplateResult {
    return html`
      <div class="columns open">
        <div class="stage-name"></div>
        ${segments.map((segment, run) => {
          const packet = this.#packets[run] as AlignedPacket;
          const chosenRow = this.selected.run === run ? this.selected.row : -1;
          return html`
            <div role="group" aria-label=${`${label}, ${letterOf(run)}`}>
              ${stepList(packet, segment, chosenRow, this.#onlyHere[run] ?? new Set(), (row) =>
                this.#select(run, row),
              )}
            </div>
          `;
        })}
      </div>
    `;
  }

  readonly #chooseAxis = (axis: OverlayAxis): void => {
    this.axis = axis;
  };

  #goTo(at: number): void {
    const id = this.#packets[0]?.segments[at]?.id ?? "";
    if (id === this.stage) return;
    this.stage = id;
    this.#spoken = this.#sentence(at);
    if (id === "") return;
    const detail: StageDetail = { stage: id, packet: this.packet };
    this.dispatchEvent(
      new CustomEvent("trapline-stage", { detail, bubbles: true, composed: true }),
    );
  }

  #select(run: number, row: number): void {
    if (this.selected.run === run && this.selected.row === row) return;
    const detail: LockstepSelectDetail = { run, row };
    this.selected = detail;
    const options = { detail, bubbles: true, composed: true, cancelable: true };
    const speaks = this.dispatchEvent(new CustomEvent("trapline-select", options));
    this.#spoken = speaks ? this.#sentence(this.#stageAt) : "";
  }

  /** Up and down go from stage to stage; inside a list of steps they are its own. */
  #pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.closest(".stage-name") === null) return;
    const ways: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: -1000, End: 1000 };
    const way = ways[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const last = (this.#packets[0]?.segments.length ?? 1) - 1;
    const at = Math.min(last, Math.max(0, Math.max(0, this.#stageAt) + way));
    this.#goTo(at);
    void this.updateComplete.then(() => {
      const buttons = this.renderRoot.querySelectorAll<HTMLElement>(".stages .stage-name button");
      buttons[at]?.focus();
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-lockstep": TraplineLockstep;
  }
  interface HTMLElementEventMap {
    "trapline-stage": CustomEvent<StageDetail>;
  }
}
