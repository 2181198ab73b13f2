import type { KnobSpec } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { keptValue } from "../kept-value.ts";
import type { ModeEntry } from "./catalogue.ts";
import { type ModeChoice, withKnob } from "./mode-choice.ts";

/**
 * Everything a mode lets the reader set, one control each; what is not at rest says so.
 * @param id Begins the ids of the controls: `knob` for the mode that is looked into.
 */
export function knobControls(
  id: string,
  mode: ModeEntry,
  choice: ModeChoice,
  values: Readonly<Record<string, boolean | number | string>>,
  change: (choice: ModeChoice, what: string) => void,
): TemplateResult {
  const names = Object.keys(mode.knobs);
  if (names.length === 0) return html`<p>This mode has no knobs.</p>`;
  return html`
    <dl class="knobs">
      ${names.map((name) => {
        const spec = mode.knobs[name];
        return spec === undefined ? nothing : knob(name, spec);
      })}
    </dl>
  `;

  function knob(name: string, spec: KnobSpec): TemplateResult {
    const set = choice.knobs[name];
    const now = set ?? written(values[name] ?? spec.default);
    const to = (value: string) => {
      const isRest = set !== undefined && value === written(spec.default);
      change(withKnob(choice, name, isRest ? undefined : value), `${spaced(name)}: ${value}`);
    };
    return html`
      <dt><label for="${id}-${name}">${spaced(name)}</label></dt>
      <dd>
        ${control(`${id}-${name}`, `${id}-doc-${name}`, spec, now, to)}
        ${
          set === undefined
            ? nothing
            : html`
              <button
                type="button"
                @click=${() => change(withKnob(choice, name, undefined), `${spaced(name)}: as at rest`)}
              >
                reset<span class="visually-hidden"> ${spaced(name)}</span>
              </button>
            `
        }
        <span class="doc" id="${id}-doc-${name}">${spec.doc}</span>
      </dd>
    `;
  }
}

function control(
  id: string,
  docId: string,
  spec: KnobSpec,
  now: string,
  to: (value: string) => void,
): TemplateResult {
  const changed = ({ target }: Event) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) to(target.value);
  };
  if (spec.type === "integer") {
    return html`
      <input
        type="number"
        id=${id}
        aria-describedby=${docId}
        min=${spec.min}
        max=${spec.max}
        ${keptValue(now)}
        @change=${changed}
      >
    `;
  }
  const choices = spec.type === "boolean" ? ["on", "off"] : spec.choices;
  return html`
    <select id=${id} aria-describedby=${docId} @change=${changed}>
      ${choices.map((one) => html`<option value=${one} .selected=${live(one === now)}>${one}</option>`)}
    </select>
  `;
}

/** A knob's value as links and the command line write it. */
function written(value: boolean | number | string): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}

/** A knob's name in words: `eventIndex` is "event index". */
export function spaced(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}
