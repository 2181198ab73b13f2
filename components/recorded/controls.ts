import type { AlignedPhase } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { counted } from "../number-text.ts";
import type { AspectChoice } from "./item.ts";
import { ASPECT_NOUNS } from "./summary.ts";

/** A bundled recording that a reader can choose. */
export interface RecordingChoice {
  readonly id: string;
  readonly label: string;
  /** What it is a recording of, over those of its kind. */
  readonly group: string;
}

/** Where recordings come from: the bundled ones, a folder, files. */
export function sources(
  choices: readonly RecordingChoice[],
  chosen: string,
  choose: (id: string) => void,
  picked: (event: Event) => void,
): TemplateResult {
  const pick = (label: string, isFolder: boolean) => html`
    <label class="pick">
      ${label}
      <input
        class="visually-hidden"
        type="file"
        multiple
        .webkitdirectory=${isFolder}
        @change=${picked}
      />
    </label>
  `;
  return html`
    <div class="sources" role="group" aria-label="Recordings">
      ${choices.length === 0 ? nothing : choiceList(choices, chosen, choose)}
      ${pick("Open a folder…", true)} ${pick("Open files…", false)}
      <span>or drop a recording’s folder or files here.</span>
    </div>
  `;
}

function choiceList(
  choices: readonly RecordingChoice[],
  chosen: string,
  choose: (id: string) => void,
): TemplateResult {
  const groups = [...new Set(choices.map(({ group }) => group))];
  const picked = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    if (value !== "") choose(value);
  };
  return html`
    <label class="choice">
      Recording
      <select .value=${live(chosen)} @change=${picked}>
        ${chosen === "" ? html`<option value="" selected>Your own</option>` : nothing}
        ${groups.map(
          (group) => html`
            <optgroup label=${group}>
              ${choices
                .filter((choice) => choice.group === group)
                .map(
                  ({ id, label }) =>
                    html`<option value=${id} ?selected=${id === chosen}>${label}</option>`,
                )}
            </optgroup>
          `,
        )}
      </select>
    </label>
  `;
}

/** The way to the differences before and behind; a negative place means that there is none. */
export function divergenceButtons(
  count: number,
  before: number,
  after: number,
  goTo: (at: number) => void,
): TemplateResult {
  const button = (label: string, to: number) => html`
    <button aria-disabled=${to < 0} @click=${() => to >= 0 && goTo(to)}>${label}</button>
  `;
  const words =
    count === 0 ? "No line differs." : `${counted(count, "line differs", "lines differ")}.`;
  return html`
    ${button("‹ Difference before", before)} ${button("Next difference ›", after)}
    <span>${words}</span>
  `;
}

/** What of a phase is listed: those aspects that it has. */
export function aspectChoice(
  phase: AlignedPhase,
  chosen: AspectChoice,
  choose: (aspect: AspectChoice) => void,
): TemplateResult {
  const choice = (aspect: AspectChoice, label: string) => html`
    <label>
      <input
        type="radio"
        name="aspect"
        .checked=${chosen === aspect}
        @change=${() => choose(aspect)}
      />
      ${label}
    </label>
  `;
  const used = ASPECT_NOUNS.filter(([aspect]) => phase.lines.some((it) => it.aspect === aspect));
  return html`
    <fieldset>
      <legend class="visually-hidden">What is listed</legend>
      ${choice("all", "All")} ${used.map(([aspect, label]) => choice(aspect, label))}
    </fieldset>
  `;
}
