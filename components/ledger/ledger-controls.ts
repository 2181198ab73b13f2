import { html, nothing, type TemplateResult } from "lit";
import { LEDGER_ORDERS } from "./ledger-node.ts";
import type { LedgerScope } from "./ledger-scope.ts";
import type { LedgerScale } from "./layout.ts";

/** What the ledger's controls stand at, and what they do. */
export interface LedgerChoices {
  readonly scope: LedgerScope;
  readonly view: "icicle" | "stacks";
  readonly scale: LedgerScale;
  /** Place in LEDGER_ORDERS. */
  readonly order: number;
  readonly each: boolean;
  readonly work: boolean;
}

const LEVELS = { actor: "who", category: "what for", cost: "primitive" } as const;

type SetChoices = (change: Partial<LedgerChoices>) => void;

/** The controls above the drawing. */
export function ledgerControls(
  choices: LedgerChoices,
  hasStep: boolean,
  set: SetChoices,
): TemplateResult {
  const { scope, view, scale } = choices;
  const isIcicle = view === "icicle";
  const off: readonly LedgerScope[] = hasStep ? [] : ["step"];
  return html`
    <div class="bar">
      ${group("Drawn as", view, VIEWS, (to) => set({ view: to }))}
      ${isIcicle ? group("Of", scope, SCOPES, (to) => set({ scope: to }), off) : nothing}
      ${group("Scale", scale, SCALES, (to) => set({ scale: to }))}
      ${isIcicle ? icicleControls(choices, set) : nothing}
    </div>
  `;
}

const VIEWS = [
  ["icicle", "Icicle"],
  ["stacks", "Bars"],
] as const;
const SCOPES = [
  ["run", "The run"],
  ["packet", "This packet"],
  ["step", "This step"],
] as const;
const SCALES = [
  ["linear", "Linear"],
  ["log", "Logarithmic"],
] as const;

function icicleControls(
  { scope, order, each, work }: LedgerChoices,
  set: SetChoices,
): TemplateResult {
  return html`
    <label>
      Nested by
      <select
        @change=${({ target }: Event) =>
          target instanceof HTMLSelectElement && set({ order: target.selectedIndex })}
      >
        ${LEDGER_ORDERS.map(
          (levels, index) => html`<option ?selected=${index === order}>
            ${levels.map((level) => LEVELS[level]).join(" › ")}
          </option>`,
        )}
      </select>
    </label>
    <button
      type="button"
      aria-pressed=${each}
      ?disabled=${scope !== "run"}
      @click=${() => set({ each: !each })}
    >
      Per packet
    </button>
    <button type="button" aria-pressed=${!work} @click=${() => set({ work: !work })}>
      DMA, wire and waiting too
    </button>
  `;
}

function group<V extends string>(
  legend: string,
  value: V,
  options: readonly (readonly [V, string])[],
  choose: (value: V) => void,
  disabled: readonly V[] = [],
): TemplateResult {
  return html`
    <fieldset>
      <legend>${legend}</legend>
      ${options.map(
        ([id, label]) => html`
          <button
            type="button"
            aria-pressed=${id === value}
            ?disabled=${disabled.includes(id)}
            @click=${() => choose(id)}
          >
            ${label}
          </button>
        `,
      )}
    </fieldset>
  `;
}
