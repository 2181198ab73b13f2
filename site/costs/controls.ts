import type { CostScale, StackOrder } from "#components/plain";
import { DIRECTIONS, type Direction } from "#engine";
import { html, type TemplateResult } from "lit";
import { priceControls } from "../prices/price-controls.ts";
import type { CostsState } from "./costs-state.ts";

const DIRECTION_LABELS: Readonly<Record<Direction, string>> = {
  tx: "leaves the guest",
  rx: "arrives from the wire",
  echo: "leaves and comes back",
};

const SIZES_BYTES = [60, 124, 252, 508, 1020, 1276, 1514];

const SCALE_LABELS: Readonly<Record<CostScale, string>> = {
  linear: "cycles, linear",
  log: "cycles, logarithmic",
  share: "shares",
};

const ORDER_LABELS: Readonly<Record<StackOrder, string>> = {
  actor: "whose code runs",
  category: "what it is spent on",
};

/** The form above the figure: which packet, on which CPU, drawn how. */
export function controls(
  state: CostsState,
  problem: string,
  change: (part: Partial<CostsState>) => void,
): TemplateResult {
  const { direction, sizeBytes, scale, order, prices } = state;
  const sizes = [...new Set([...SIZES_BYTES, sizeBytes])].sort((one, other) => one - other);
  return html`
    <form class="controls" @submit=${(event: Event) => event.preventDefault()}>
      ${choice("dir", "A packet", DIRECTION_LABELS, direction, (value) =>
        change({ direction: DIRECTIONS.find((one) => one === value) ?? "tx", partId: "" }),
      )}
      <label>
        frame bytes
        <select
          name="size"
          @change=${({ target }: Event) => {
            if (target instanceof HTMLSelectElement) change({ sizeBytes: Number(target.value) });
          }}
        >
          ${sizes.map(
            (size) => html`
              <option value=${size} ?selected=${size === sizeBytes}>${size}</option>
            `,
          )}
        </select>
      </label>
      ${priceControls(prices, (changed) => change({ prices: changed }))}
      <span class="drawing">
        ${choice("scale", "Draw", SCALE_LABELS, scale, (value) => change({ scale: value }))}
        ${choice("by", "ordered by", ORDER_LABELS, order, (value) => change({ order: value }))}
      </span>
      <p id="problem" class="problem" role="alert">${problem}</p>
    </form>
  `;
}

function choice<Name extends string>(
  name: string,
  label: string,
  labels: Readonly<Record<Name, string>>,
  chosen: Name,
  change: (value: Name) => void,
): TemplateResult {
  const names = Object.keys(labels) as Name[];
  return html`
    <label>
      ${label}
      <select
        name=${name}
        @change=${({ target }: Event) => {
          const value = target instanceof HTMLSelectElement ? target.value : "";
          change(names.find((one) => one === value) ?? chosen);
        }}
      >
        ${names.map(
          (one) => html`<option value=${one} ?selected=${one === chosen}>${labels[one]}</option>`,
        )}
      </select>
    </label>
  `;
}
