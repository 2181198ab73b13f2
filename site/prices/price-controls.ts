import { CPU_PROFILES, findProfile, type PriceChoice } from "#engine";
import { html, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { keptValue } from "../kept-value.ts";
import { withClock } from "./price-choice.ts";

/** The controls for the CPU that pays: which one, its clock, mitigations. */
export function priceControls(
  choice: PriceChoice,
  change: (choice: PriceChoice) => void,
): TemplateResult {
  const profile = findProfile(choice.profileId);
  return html`
    <label>
      CPU
      <select
        name="cpu"
        @change=${({ target }: Event) => {
          const profileId = target instanceof HTMLSelectElement ? target.value : "";
          change(withClock({ ...choice, profileId }, undefined));
        }}
      >
        ${CPU_PROFILES.map(
          ({ id, title, year }) => html`
            <option value=${id} .selected=${live(id === choice.profileId)}>${title}, ${year}</option>
          `,
        )}
      </select>
    </label>
    <label>
      at GHz
      <input
        type="number"
        name="ghz"
        min="0.1"
        max="10"
        step="0.1"
        aria-describedby="problem"
        ${keptValue(String(choice.clockGhz ?? profile.clockGhz))}
        @change=${({ target }: Event) => {
          const clockGhz = target instanceof HTMLInputElement ? target.valueAsNumber : NaN;
          change(withClock(choice, clockGhz === profile.clockGhz ? undefined : clockGhz));
        }}
      >
    </label>
    <label>
      <input
        type="checkbox"
        name="mitigations"
        .checked=${live(choice.mitigations !== false)}
        @change=${({ target }: Event) => {
          const mitigations = target instanceof HTMLInputElement && target.checked;
          change({ ...choice, mitigations });
        }}
      >
      mitigations
    </label>
  `;
}
