import { type CostName, percentile, type PriceList, total } from "#engine";
import {
  html,
  LitElement,
  type PropertyValues,
  svg,
  type SVGTemplateResult,
  type TemplateResult,
} from "lit";
import { PlotWidth } from "../chart/plot-width.ts";
import { TypeScale } from "../chart/type-scale.ts";
import { chartStyles } from "../chart/styles.ts";
import "../cost-bars/define.ts";
import type { FilterDetail } from "../events/trapline-events.ts";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { counted } from "../number-text.ts";
import "../price-table/define.ts";
import { priceLine, type PriceUse } from "../price-table/line-of-price.ts";
import { withRange } from "../range-text.ts";
import { KeptFocus } from "../kept-focus.ts";
import { toneStyles } from "../tone-styles.ts";
import { drawBox, drawEvidencePatterns, drawRange } from "./drawing.ts";
import { ledgerControls, type LedgerChoices } from "./ledger-controls.ts";
import { evidenceKey } from "./evidence-key.ts";
import { allNodes, LEDGER_ORDERS, type LedgerNode, ledgerTree } from "./ledger-node.ts";
import { type LedgerScope, perPacket, scopeBar, scopeEntries, workOf } from "./ledger-scope.ts";
import { ledgerTable } from "./ledger-table.ts";
import { costsOf, narrowText, nodeText } from "./ledger-text.ts";
import { type LedgerBox, type LedgerLayout, layOutLedger, nodeAfter } from "./layout.ts";
import { ledgerStyles } from "./styles.ts";

/** Prices that are shown below a part at most. */
const LINES_MAX = 8;
const RANGE_PX = 22;

/**
 * Where the cycles went: by actor, category and primitive, of the run, a packet or a step, each part
 * with its prices, which are changed in place.
 *
 * @element trapline-ledger
 * @fires trapline-filter - When the reader wants the rows of a price; `detail` is a FilterDetail.
 * @fires trapline-price - When the reader set a price or took a change back; `detail` is a PriceDetail.
 */
export class TraplineLedger extends LitElement {
  static override styles = [toneStyles, chartStyles, ledgerStyles];

  static override properties = {
    run: { attribute: false },
    row: { type: Number },
    packet: { type: Number },
    prices: { attribute: false },
    rest: { attribute: false },
    choices: { state: true },
    chosen: { state: true },
    said: { state: true },
  };

  /** Whose cycles are shown. */
  declare run: ExplorerRun | undefined;

  /** The selected row of the trace, -1 for none. */
  declare row: number;

  /** The packet that is looked at, from 1. */
  declare packet: number;

  /** The prices that counts are reckoned at; without them, the run's own. */
  declare prices: PriceList | undefined;

  /** The same without the reader's changes; without them, those of the CPU profile. */
  declare rest: PriceList | undefined;

  declare private choices: LedgerChoices;
  /** The id of the part that is looked into. */
  declare private chosen: string;
  declare private said: string;

  #tree: LedgerNode | undefined;
  #layout: LedgerLayout | undefined;
  /** The total after the last choice; steps are said by the page. */
  #spoken = "";
  readonly #plot = new PlotWidth(this, ".plot", 700);
  readonly #scale = new TypeScale(this);
  #drawnScale = 0;

  constructor() {
    super();
    new KeptFocus(this);
    this.run = undefined;
    this.row = -1;
    this.packet = 1;
    this.prices = undefined;
    this.rest = undefined;
    this.choices = {
      scope: "run",
      view: "icicle",
      scale: "linear",
      order: 0,
      each: false,
      work: true,
    };
    this.chosen = "";
    this.said = "";
  }

  /** The parts that are shown; undefined without a run. */
  get tree(): LedgerNode | undefined {
    return this.#tree;
  }

  /** Shows another scope, scale, nesting or drawing. */
  choose(change: Partial<LedgerChoices>): void {
    this.choices = { ...this.choices, ...change };
    this.said = "";
  }

  /** What the whole run cost is the same at every row: then only the choice of a step comes or goes. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const { scope, view } = this.choices;
    const isPlace = [...changed.keys()].every((name) => name === "row" || name === "packet");
    const isDrawn =
      this.#layout?.widthPx === this.#plot.widthPx && this.#drawnScale === this.#scale.value;
    if (!isPlace || !isDrawn || scope !== "run" || view !== "icicle") return true;
    const before = changed.has("row") ? Number(changed.get("row")) : this.row;
    return before < 0 !== this.row < 0;
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.#drawnScale = this.#scale.value;
    const { run } = this;
    if (run === undefined) {
      this.#tree = undefined;
      return;
    }
    const { scope } = this.choices;
    const isOld = this.#tree === undefined || scope !== "run" || !onlyPlace(changed);
    if (isOld) this.#tree = this.#nested(run);
    if (changed.has("choices") && this.hasUpdated)
      this.#spoken = this.#totalText(run, this.#tree as LedgerNode);
    if (!allNodes(this.#tree as LedgerNode).some(({ id }) => id === this.chosen)) this.chosen = "";
  }

  override render(): TemplateResult {
    const { run, choices } = this;
    const tree = this.#tree;
    if (run === undefined || tree === undefined) return html`<slot></slot>`;
    return html`
      ${ledgerControls(choices, this.row >= 0, (change) => this.choose(change))}
      ${choices.view === "icicle" ? this.#icicle(run, tree) : this.#bars(run)}
    `;
  }

  #pricesOf({ costs }: ExplorerRun): PriceList {
    return this.prices ?? costs.prices;
  }

  #nested(run: ExplorerRun): LedgerNode {
    const { scope, each, work, order } = this.choices;
    const prices = this.#pricesOf(run);
    const all = scopeEntries(run, scope, this.packet, this.row, prices);
    const divided = scope === "run" && each ? perPacket(all, run.packetCount, prices) : all;
    return ledgerTree(
      work ? workOf(divided) : divided,
      LEDGER_ORDERS[order] ?? LEDGER_ORDERS[0],
      prices,
    );
  }

  #icicle(run: ExplorerRun, tree: LedgerNode): TemplateResult {
    const { scale } = this.choices;
    const { widthPx } = this.#plot;
    const layout = layOutLedger(tree, widthPx, scale);
    this.#layout = layout;
    const place = layout.boxes.find(({ node }) => node.id === this.chosen) ?? layout.boxes[0];
    const narrow = narrowText(layout.narrow, scale === "log");
    return html`
      <p class="total">${this.#totalText(run, tree)}</p>
      <p class="visually-hidden" role="status">${this.#spoken}</p>
      <div class="plot">
        <svg
          role="group"
          aria-label=${`Cycles, part by part. ${nodeText(tree, tree.cycles.typical)}`}
          width=${widthPx}
          height=${layout.heightPx + (scale === "linear" ? RANGE_PX : 0)}
          @keydown=${this.#pressed}
        >
          ${drawEvidencePatterns()} ${layout.boxes.map((box) => this.#piece(box, tree))}
          ${scale === "linear" && place ? drawRange(layout, place) : ""}
        </svg>
      </div>
      ${narrow === "" ? "" : html`<p class="narrow">${narrow}</p>`}
      <p class="said">${this.said || nodeText(place?.node ?? tree, tree.cycles.typical)}</p>
      ${evidenceKey(tree)} ${this.#detail(run, place?.node ?? tree)}
      <details>
        <summary>The same as a table</summary>
        <div class="table-scroller" tabindex="0" role="region" aria-label="Cycles, part by part">
          ${ledgerTable(tree)}
        </div>
      </details>
    `;
  }

  #totalText({ packetCount }: ExplorerRun, tree: LedgerNode): string {
    const { scope, each, work } = this.choices;
    const names: Readonly<Record<LedgerScope, string>> = {
      run: each ? "A packet, on average" : `The run of ${counted(packetCount, "packet")}`,
      packet: `Packet ${this.packet}`,
      step: `Row ${this.row}`,
    };
    const scale =
      this.choices.scale === "log"
        ? " Widths are logarithms: a part as wide as another is not as dear."
        : "";
    return `${names[scope]}: ${withRange(tree.cycles)} ${work ? "CPU cycles" : "cycles"}.${scale}`;
  }

  #piece(box: LedgerBox, tree: LedgerNode): SVGTemplateResult {
    const { node } = box;
    const text = nodeText(node, tree.cycles.typical);
    const typeScale = this.#scale.value;
    return svg`
      <g
        class=${`piece ${node.tone}`}
        role="button"
        tabindex=${node.id === this.chosen ? 0 : -1}
        aria-pressed=${node.id === this.chosen}
        aria-label=${text}
        data-id=${node.id}
        @click=${() => this.#look(node.id)}
        @pointerenter=${() => this.#say(text)}
        @pointerleave=${() => this.#say("")}
      >${drawBox(box, typeScale)}</g>`;
  }

  #detail(run: ExplorerRun, node: LedgerNode): TemplateResult {
    const prices = this.#pricesOf(run);
    const rest = this.rest ?? prices;
    const costs = costsOf(node);
    const shown = costs.slice(0, LINES_MAX);
    return html`
      <div class="detail">
        <h3>${node.id === "" ? "Dearest prices" : node.label}</h3>
        <div class="charged" role="group" aria-label="Show the rows of a price">
          <span>Show the rows of</span>
          ${shown.map(
            (name) => html`
              <button type="button" @click=${() => this.#showRows(`cost:${name}`)}>${name}</button>
            `,
          )}
        </div>
        <trapline-price-table
          .lines=${shown.map((name) => priceLine(name, prices, rest, this.#useOf(run, node, name)))}
          .caption=${shown.length < costs.length ? `The ${shown.length} dearest of ${costs.length} prices` : "Prices of this part"}
        ></trapline-price-table>
      </div>
    `;
  }

  /** What a primitive comes to on a packet; a step is no packet. */
  #useOf({ packetCount }: ExplorerRun, node: LedgerNode, name: CostName): PriceUse | undefined {
    const { scope, each } = this.choices;
    if (scope === "step") return undefined;
    const prices = this.prices ?? this.run?.costs.prices;
    if (prices === undefined) return undefined;
    const packets = scope === "run" && !each ? packetCount : 1;
    const same = perPacket(
      node.entries.filter(({ cost }) => cost === name),
      packets,
      prices,
    );
    const timesPerPacket = same.reduce((sum, { count }) => sum + count, 0);
    return { timesPerPacket, cycles: total({ prices }, same) };
  }

  #bars(run: ExplorerRun): TemplateResult {
    const prices = this.#pricesOf(run);
    const { packet, row } = this;
    const micro = (cycles: number | undefined) => (cycles ?? NaN) / run.cyclesPerMicrosecond;
    const of = (scope: LedgerScope) => scopeEntries(run, scope, packet, row, prices);
    const average = perPacket(of("run"), run.packetCount, prices);
    const median = run.latencies.length > 0 ? percentile(run.latencies, 0.5) : NaN;
    const bars = [
      scopeBar(
        "run",
        `mean of ${counted(run.packetCount, "packet")}: A packet`,
        average,
        prices,
        micro(median),
      ),
      scopeBar("packet", `the one looked at: Packet ${packet}`, of("packet"), prices, NaN),
      ...(row >= 0 ? [scopeBar("step", `this step: Row ${row}`, of("step"), prices, NaN)] : []),
    ];
    return html`<trapline-cost-bars .bars=${bars} .scale=${this.choices.scale} .hint=${""}></trapline-cost-bars>`;
  }

  #say(text: string): void {
    this.said = text;
  }

  #look(id: string): void {
    this.chosen = id;
    this.said = "";
  }

  #showRows(condition: string): void {
    const text = this.choices.scope === "packet" ? `${condition} packet:${this.packet}` : condition;
    const detail: FilterDetail = { text };
    this.dispatchEvent(
      new CustomEvent("trapline-filter", { detail, bubbles: true, composed: true }),
    );
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const to = nodeAfter(event.key, this.#layout?.boxes ?? [], this.chosen);
    if (to === undefined) return;
    event.preventDefault();
    this.#look(to);
    void this.updateComplete.then(() => {
      const selector = `[data-id="${CSS.escape(to)}"]`;
      this.renderRoot.querySelector<SVGGElement>(selector)?.focus();
    });
  };
}

/** Whether only the reader's place changed, on which the whole run's cycles do not depend. */
function onlyPlace(changed: PropertyValues): boolean {
  return [...changed.keys()].every((name) =>
    ["row", "packet", "said", "chosen"].includes(String(name)),
  );
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-ledger": TraplineLedger;
  }
}
