import { perInstructionLine, priceLine } from "#components/plain";
import type { PriceDetail } from "#components/plain";
import {
  CATEGORIES,
  CATEGORY_NAMES,
  COST_NAMES,
  COST_TABLE,
  type CostName,
  CYCLES_PER_INSTRUCTION,
  isPerInstruction,
  type PriceChoice,
} from "#engine";
import { html, type TemplateResult } from "lit";
import { withPrice } from "./price-choice.ts";
import type { Reckoning } from "./reckoning.ts";

/** What a picker does to its page. */
export interface PickerActions {
  pick(name: string): void;
  set(choice: PriceChoice): void;
}

/** Any price, to be looked up and changed on a page that does not list them all. */
export function pricePicker(
  picked: string,
  choice: PriceChoice,
  { prices, rest }: Reckoning,
  actions: PickerActions,
): TemplateResult {
  const name = COST_NAMES.find((one) => one === picked);
  const perInstruction = isPerInstruction(picked) ? picked : CYCLES_PER_INSTRUCTION[0];
  const line =
    name === undefined
      ? perInstructionLine(perInstruction, prices, rest)
      : priceLine(name, prices, rest);
  return html`
    <details class="picker">
      <summary>Change a price</summary>
      <label>
        Price of
        <select
          name="price"
          @change=${({ target }: Event) => {
            if (target instanceof HTMLSelectElement) actions.pick(target.value);
          }}
        >
          ${CYCLES_PER_INSTRUCTION.map(
            (one) => html`
              <option value=${one} ?selected=${name === undefined && one === perInstruction}>
                ${one}
              </option>
            `,
          )}
          ${CATEGORY_NAMES.map((category) => group(category, name))}
        </select>
      </label>
      <trapline-price-table
        .lines=${[line]}
        caption="Changed here, it holds for everything on this page, and the link carries it."
        @trapline-price=${({ detail }: CustomEvent<PriceDetail>) =>
          actions.set(withPrice(choice, detail.name, detail.value))}
      ></trapline-price-table>
    </details>
  `;
}

function group(category: (typeof CATEGORY_NAMES)[number], picked: CostName | undefined) {
  const names = COST_NAMES.filter((one) => COST_TABLE[one].category === category);
  if (names.length === 0) return "";
  return html`
    <optgroup label=${CATEGORIES[category].label}>
      ${names.map((one) => html`<option value=${one} ?selected=${one === picked}>${one}</option>`)}
    </optgroup>
  `;
}
