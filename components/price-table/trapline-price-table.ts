import type { Source } from "#engine";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { chartStyles } from "../chart/styles.ts";
import { figure, rangeText } from "../range-text.ts";
import { KeptFocus } from "../kept-focus.ts";
import { toneStyles } from "../tone-styles.ts";
import type { PriceDetail, PriceLine } from "./price-line.ts";
import { priceTableStyles } from "./styles.ts";

/** The largest value that the engine takes for a price. */
const VALUE_MAX = 1e9;

/**
 * Prices with their ranges, machines and sources, each to be changed in place.
 *
 * @element trapline-price-table
 * @fires trapline-price - When the reader set a price or took a change back; `detail` is a PriceDetail.
 */
export class TraplinePriceTable extends LitElement {
  static override styles = [toneStyles, chartStyles, priceTableStyles];

  static override properties = {
    lines: { attribute: false },
    caption: { type: String },
    limit: { type: Number },
    wrong: { state: true },
  };

  /** The prices, a row each. */
  declare lines: readonly PriceLine[];

  /** What the table is about. */
  declare caption: string;

  /** How many rows are shown until the reader wants all; 0 for no limit. */
  declare limit: number;

  /** The name of the price whose field holds no number that counts; empty for none. */
  declare private wrong: string;

  constructor() {
    super();
    new KeptFocus(this);
    this.lines = [];
    this.caption = "";
    this.limit = 0;
    this.wrong = "";
  }

  override render(): TemplateResult {
    const perPacket = this.lines.some(({ cycles }) => cycles !== undefined);
    const shown = this.limit > 0 ? this.lines.slice(0, this.limit) : this.lines;
    const effects = this.lines.some(({ effect }) => effect !== undefined);
    return html`
      <table>
        <caption>${this.caption}</caption>
        <thead>
          <tr>
            <th scope="col">Price of</th>
            <th scope="col">Value, and its range</th>
            ${
              perPacket
                ? html`<th scope="col" class="digits">times per packet</th>
                  <th scope="col" class="digits">cycles per packet</th>`
                : nothing
            }
            ${effects ? html`<th scope="col">moves</th>` : nothing}
            <th scope="col">Known how, and where from</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((line) => this.#row(line, perPacket, effects))}
        </tbody>
      </table>
      ${
        shown.length < this.lines.length
          ? html`<button class="more" @click=${this.#showAll}>
              Show all ${this.lines.length} prices
            </button>`
          : nothing
      }
    `;
  }

  #row(line: PriceLine, perPacket: boolean, effects: boolean): TemplateResult {
    const { name, doc, category, before, timesPerPacket, cycles, effect } = line;
    return html`
      <tr class=${before === undefined ? "" : "changed"}>
        <th scope="row">
          <span class="name">${name}</span>
          <span class="doc">${doc}</span>
          <span class="from">${category}</span>
        </th>
        <td class="price">${this.#value(line)}</td>
        ${
          perPacket
            ? html`<td class="digits" data-label="times per packet">
                ${timesPerPacket === undefined ? "–" : figure(timesPerPacket)}
              </td>
              <td class="digits" data-label="cycles per packet">
                ${
                  cycles === undefined
                    ? "–"
                    : html`<strong>${figure(cycles.typical)}</strong><small>${rangeText(cycles)}</small>`
                }
              </td>`
            : nothing
        }
        ${effects ? html`<td data-label="moves">${effect ?? "–"}</td>` : nothing}
        <td>${provenance(line)}</td>
      </tr>
    `;
  }

  #value({ name, value, before, unit }: PriceLine): TemplateResult {
    const id = `price-${name}`;
    return html`
      <input
        id=${id}
        type="number"
        name=${name}
        min="0"
        max=${VALUE_MAX}
        step="any"
        aria-label=${`${name}, ${unit}`}
        aria-invalid=${this.wrong === name}
        .value=${String(Number(value.typical.toPrecision(6)))}
        @change=${this.#edited}
      >
      ${unit}
      ${
        before === undefined
          ? html`<small>range ${rangeText(value)}</small>`
          : html`<small>
              <s>${figure(before.typical)}</s>
              <button @click=${() => this.#send({ name, value: undefined })}>
                Back to ${figure(before.typical)}<span class="visually-hidden"> for ${name}</span>
              </button>
            </small>`
      }
      ${
        this.wrong === name
          ? html`<small class="problem" role="alert">A number from 0 to 1 000 000 000 is needed.</small>`
          : nothing
      }
    `;
  }

  #showAll(): void {
    this.limit = 0;
  }

  #edited(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const { name, valueAsNumber: value } = event.target;
    const isGood = value >= 0 && value <= VALUE_MAX;
    this.wrong = isGood ? "" : name;
    if (isGood) this.#send({ name, value });
  }

  #send(detail: PriceDetail): void {
    this.dispatchEvent(
      new CustomEvent("trapline-price", { detail, bubbles: true, composed: true }),
    );
  }
}

/** How a price is known, on which machine it was seen, and where that is written. */
function provenance({ evidence, reason, machine, sources }: PriceLine): TemplateResult {
  return html`
    <span class=${`evidence ${evidence}`}>${evidence}</span> ${machine}
    ${reason === "" ? nothing : html`<span class="doc">${reason}</span>`}
    ${sources.map((source) => html`<span class="from">${sourceText(source)}</span>`)}
  `;
}

function sourceText({ cite, where, url, through }: Source): TemplateResult {
  const name = url === undefined ? cite : html`<a href=${url} rel="noreferrer">${cite}</a>`;
  return html`${name}: ${where}${through === undefined ? nothing : `; quoted by ${through}`}`;
}

declare global {
  interface HTMLElementTagNameMap {
    "trapline-price-table": TraplinePriceTable;
  }
  interface HTMLElementEventMap {
    "trapline-price": CustomEvent<PriceDetail>;
  }
}
