import { figure } from "#components/plain";
import { type CostName, isPerInstruction, type PriceChoice } from "#engine";
import { html, type TemplateResult } from "lit";
import { withPrice } from "./price-choice.ts";
import type { Reckoning } from "./reckoning.ts";

/** Which prices the reader changed, each to be taken back, and all at once. */
export function changesSection(
  choice: PriceChoice,
  { prices, rest }: Reckoning,
  set: (choice: PriceChoice) => void,
): TemplateResult {
  const names = Object.keys(choice.overrides ?? {});
  if (names.length === 0) return html`<p class="changes" role="status"></p>`;
  const before = (name: string) =>
    isPerInstruction(name) ? rest[name].typical : rest.prices[name as CostName].value.typical;
  return html`
    <p class="changes" role="status">
      <strong class="badge">${names.length} ${names.length === 1 ? "cost" : "costs"} changed</strong>
      ${names.map(
        (name) => html`
          <span class="change">
            <code>${name}</code> <s>${figure(before(name))}</s> ${figure(prices.overrides[name] ?? 0)}
            <button type="button" @click=${() => set(withPrice(choice, name, undefined))}>
              Undo<span class="visually-hidden"> ${name}</span>
            </button>
          </span>
        `,
      )}
      <button type="button" @click=${() => set({ ...choice, overrides: {} })}>Reset all</button>
    </p>
  `;
}
