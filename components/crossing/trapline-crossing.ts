import {
  html,
  LitElement,
  type PropertyValues,
  type SVGTemplateResult,
  svg,
  type TemplateResult,
} from "lit";
import type { Block } from "../block/block.ts";
import { blocksOf } from "../block/blocks-of.ts";
import { PlotWidth } from "../chart/plot-width.ts";
import { TypeScale } from "../chart/type-scale.ts";
import type { SelectDetail } from "../explorer/explorer-run.ts";
import { toneOf } from "../flow/lane.ts";
import { type PacketStory, stepOfRow, tellerOf } from "../flow/story.ts";
import { byteText, counted, grouped } from "../number-text.ts";
import { toneStyles } from "../tone-styles.ts";
import { blockOfKey } from "./block-keys.ts";
import { sectionsOf } from "./block-sections.ts";
import { crossingsText } from "./crossing-count.ts";
import type { CrossingRun, BlockDetail } from "./crossing-run.ts";
import { crossingTable } from "./crossing-table.ts";
import {
  type BlockState,
  countText,
  drawBlock,
  drawGround,
  drawWays,
  drawWords,
} from "./drawing.ts";
import type { LaidBlock } from "./layout.ts";
import { Passage } from "./passage.ts";
import { type CrossingScene, sceneOf } from "./scene.ts";
import { crossingStyles } from "./styles.ts";

/** Where the packet is, and everything that is drawn of it. */
interface Place {
  readonly scene: CrossingScene;
  readonly story: PacketStory;
  readonly step: number;
}

/**
 * The layers from guest application to wire with the blocks of a mode, and a packet on its way through
 * them: which block acts, what handed over to it, where the frame's bytes are.
 *
 * @element trapline-crossing
 * @fires trapline-open - When the reader opens a block; `detail` is an BlockDetail.
 * @fires trapline-select - When the reader chooses a step in the table; `detail` is a SelectDetail.
 */
export class TraplineCrossing extends LitElement {
  static override styles = [toneStyles, crossingStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    packet: { type: Number },
    focused: { state: true },
    tableOpen: { state: true },
  };

  /** What is drawn. */
  declare run: CrossingRun | undefined;

  /** The selected row of the trace, -1 for none: then the packet's whole way is to come. */
  declare row: number;

  /** The packet that is followed when no row is selected, counted from 1. */
  declare packet: number;

  /** Id of the block that the keys stand on. */
  declare focused: string;

  /** Whether the table is shown; it is made only then. */
  declare tableOpen: boolean;

  readonly #plot = new PlotWidth(this, ".drawing", 800);
  readonly #scale = new TypeScale(this);
  readonly #passage = new Passage(this);
  #place: Place | undefined;
  #ghost: string | undefined;

  constructor() {
    super();
    this.run = undefined;
    this.row = -1;
    this.packet = 1;
    this.focused = "";
    this.tableOpen = false;
  }

  protected override updated(changed: PropertyValues): void {
    if (!changed.has("row") || this.#place?.scene.hop === undefined) return;
    this.#passage.show(this.renderRoot.querySelector(".hop .way"));
  }

  protected override willUpdate(): void {
    const { run } = this;
    if (run === undefined) return;
    const teller = tellerOf(run);
    const story = this.row < 0 ? teller.story(this.packet) : teller.storyOfRow(this.row);
    const step = stepOfRow(story, this.row);
    const scale = this.#scale.value;
    const before = this.#place?.scene.lit;
    const scene = sceneOf(run, story, step, { width: this.#plot.widthPx, scale });
    if (before !== scene.lit) this.#ghost = this.#passage.reduced ? before : undefined;
    this.#place = { scene, story, step };
  }

  override render(): TemplateResult {
    const { run } = this;
    if (run === undefined || this.#place === undefined) return html`<slot></slot>`;
    const { scene, story, step } = this.#place;
    const { layout } = scene;
    return html`
      <div class="drawing">
        <svg
          role="group"
          aria-label=${`The layers of ${run.title}, from the guest's application to the wire`}
          width=${layout.width}
          height=${layout.height}
          @keydown=${this.#pressed}
        >
          ${drawGround(scene)} ${drawWays(scene)}
          ${layout.blocks.map((laid) => this.#block(laid, scene))} ${drawWords(scene)}
        </svg>
      </div>
      ${this.#summary(scene, story)} ${this.#table(run, story, step)}
    `;
  }

  #block(laid: LaidBlock, scene: CrossingScene): SVGTemplateResult {
    const { block } = laid;
    const { times = 0, cycles = 0 } = scene.counts.get(block.id) ?? {};
    const state: BlockState = {
      lit: block.id === scene.lit,
      touched: block.id === scene.touched,
      ghost: block.id === this.#ghost,
      times,
      cycles,
      changes: scene.changes.get(block.id) ?? 0,
    };
    const names = [
      "block",
      block.kind,
      toneOf(block.actor),
      state.lit ? "lit" : "",
      state.touched ? "touched" : "",
      block.kind === "agent" && times === 0 ? "idle" : "",
    ];
    const isStop = this.#stop(scene) === block.id;
    return svg`
      <g
        class=${names.filter(Boolean).join(" ")}
        role="button"
        data-block=${block.id}
        tabindex=${isStop ? 0 : -1}
        aria-label=${labelOf(laid, state, scene.layout.scale)}
        @click=${() => this.#open(block)}
        @focus=${() => {
          this.focused = block.id;
        }}
      >
        ${drawBlock(laid, state, scene.layout.scale, scene.label?.box)}
      </g>
    `;
  }

  /** Id of the block that the Tab key reaches: where the keys were last, or who acts. */
  #stop({ layout, lit }: CrossingScene): string | undefined {
    const has = (id: string | undefined) => layout.blocks.some(({ block }) => block.id === id);
    if (has(this.focused)) return this.focused;
    return has(lit) ? lit : layout.blocks[0]?.block.id;
  }

  #summary(
    { crossings, data, layout, hasLine }: CrossingScene,
    story: PacketStory,
  ): TemplateResult {
    const home = layout.blocks.find(({ block }) => block.id === data?.blockId);
    const place =
      home && data ? ` The frame's ${byteText(data.bytes)} are here: ${home.block.title}.` : "";
    const so = crossings.exits > 0 ? `, ${grouped(crossings.exitsSoFar)} so far` : "";
    const { exits, callouts, hypercalls, upcalls } = crossings;
    const verb = exits + callouts + hypercalls + upcalls === 1 ? "crosses" : "cross";
    const line = hasLine
      ? html`<strong>${crossingsText(crossings)}</strong> ${verb} the line${so}.`
      : html`There is no line to cross: nothing is virtualized.`;
    return html`<p class="summary">Packet ${grouped(story.packet)}: ${line}${place}</p>`;
  }

  #table(run: CrossingRun, story: PacketStory, step: number): TemplateResult {
    const toggled = (event: Event) => {
      if (event.target instanceof HTMLDetailsElement) this.tableOpen = event.target.open;
    };
    return html`
      <details @toggle=${toggled} ?open=${this.tableOpen}>
        <summary>Table of the ${counted(story.rows.length, "step")}</summary>
        <div class="table-scroller" tabindex="0" role="region" aria-label="Table of the steps">
          ${this.tableOpen ? crossingTable(run, story, step, this.#select) : html``}
        </div>
      </details>
    `;
  }

  readonly #select = (row: number): void => {
    const detail: SelectDetail = { row };
    this.dispatchEvent(
      new CustomEvent("trapline-select", { detail, bubbles: true, composed: true }),
    );
  };

  #open(block: Block): void {
    const { run } = this;
    if (run === undefined) return;
    this.focused = block.id;
    const sections = sectionsOf(blocksOf(run).blocks, run.history?.data.sections ?? [], block);
    const detail: BlockDetail = { blockId: block.id, sections, rings: block.rings };
    this.dispatchEvent(new CustomEvent("trapline-open", { detail, bubbles: true, composed: true }));
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const scene = this.#place?.scene;
    if (scene === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const { blocks } = scene.layout;
    const from = blocks.find(({ block }) => block.id === this.#stop(scene));
    if (from === undefined) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#open(from.block);
      return;
    }
    const to = blockOfKey(blocks, from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.focused = to.block.id;
    this.renderRoot.querySelector<SVGGElement>(`[data-block="${to.block.id}"]`)?.focus();
  };
}

/** What is drawn of a block, word for word, then what is not. */
function labelOf({ block, title, width }: LaidBlock, state: BlockState, scale: number): string {
  const { lit, touched, times, changes } = state;
  const drawn = [title, countText(state, width, scale)];
  if (changes > 0) drawn.push(counted(changes, "change"));
  const parts = [drawn.filter((words) => words !== "").join(" ")];
  if (title !== block.title) parts.push(block.title);
  if (block.subtitle !== "") parts.push(block.subtitle);
  if (block.kind === "agent" && times === 0) parts.push("no step of this packet");
  if (lit) parts.push("acts now");
  if (touched) parts.push("is read or written now");
  return parts.join("; ");
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-crossing": TraplineCrossing;
  }
  interface HTMLElementEventMap {
    "trapline-open": CustomEvent<BlockDetail>;
    "trapline-select": CustomEvent<SelectDetail>;
  }
}
