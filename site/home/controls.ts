import { DIRECTIONS, type Direction, MODE_NAMES } from "#engine";
import { html, type TemplateResult } from "lit";
import { closeOnEscape, closeWhenLeft } from "../fold.ts";
import { BUNDLED_CAPTURES } from "../packets/bundled-captures.ts";
import type { HomeState } from "./home-state.ts";
import { pickedFile } from "../packets/given-file.ts";
import type { OwnFile } from "../packets/own-file.ts";
import { GENERATED, OWN_FILE } from "../packets/packet-source.ts";

/** What the controls do to the page. */
export interface ControlActions {
  change(part: Partial<HomeState>): void;
  open(file: File): void;
}

const DIRECTION_LABELS: Readonly<Record<Direction, string>> = {
  tx: "leave the guest",
  rx: "arrive from the wire",
  echo: "leave and come back",
};

/** The form above the figure: which packets, which way, which modes. */
export function controls(
  state: HomeState,
  own: OwnFile | undefined,
  problem: string,
  actions: ControlActions,
): TemplateResult {
  const isGenerated = state.source === GENERATED;
  return html`
    <form class="controls" @submit=${(event: Event) => event.preventDefault()}>
      <label>
        Packets
        <select
          name="source"
          aria-describedby="problem"
          @change=${(event: Event) => actions.change({ source: valueOf(event), packet: 1, step: 0 })}
        >
          <option value=${GENERATED} ?selected=${isGenerated}>Generated UDP</option>
          ${BUNDLED_CAPTURES.map(
            ({ file, label }) =>
              html`<option value=${file} ?selected=${state.source === file}>${label}</option>`,
          )}
          ${
            own || state.source === OWN_FILE
              ? html`<option value=${OWN_FILE} ?selected=${state.source === OWN_FILE}>
                ${own?.name ?? "a file of your own"}
              </option>`
              : ""
          }
        </select>
      </label>
      ${isGenerated ? generatedControls(state, actions) : ""}
      <label>
        that
        <select
          name="direction"
          @change=${(event: Event) => {
            const direction = DIRECTIONS.find((it) => it === valueOf(event)) ?? "tx";
            actions.change({ direction, step: 0 });
          }}
        >
          ${DIRECTIONS.map(
            (it) =>
              html`<option value=${it} ?selected=${state.direction === it}>
                ${DIRECTION_LABELS[it]}
              </option>`,
          )}
        </select>
      </label>
      ${modeChoice(state, actions)}
      <label class="file">
        Open a capture …
        <input
          type="file"
          name="capture"
          accept=".pcap,.pcapng,.cap"
          aria-describedby="problem"
          @change=${(event: Event) => {
            const file = pickedFile(event);
            if (file) actions.open(file);
          }}
        >
      </label>
      <p id="problem" class="problem" role="alert">${problem}</p>
    </form>
  `;
}

function generatedControls(state: HomeState, actions: ControlActions): TemplateResult {
  return html`
    <label>
      how many
      <input
        type="number"
        name="count"
        min="1"
        max="1000"
        aria-describedby="problem"
        .value=${String(state.count)}
        @change=${(event: Event) => actions.change({ count: Number(valueOf(event)), packet: 1, step: 0 })}
      >
    </label>
    <label>
      bytes each
      <input
        type="number"
        name="size"
        min="60"
        max="1514"
        aria-describedby="problem"
        .value=${String(state.sizeBytes)}
        @change=${(event: Event) => actions.change({ sizeBytes: Number(valueOf(event)), step: 0 })}
      >
    </label>
  `;
}

function modeChoice({ modeIds }: HomeState, actions: ControlActions): TemplateResult {
  const toggled = (id: string, on: boolean) => {
    const ids = MODE_NAMES.map((mode) => mode.id).filter((it) =>
      it === id ? on : modeIds.includes(it),
    );
    if (ids.length > 0) actions.change({ modeIds: ids });
  };
  return html`
    <details class="modes" @keydown=${closeOnEscape} @focusout=${closeWhenLeft}>
      <summary>${modeIds.length} of ${MODE_NAMES.length} modes</summary>
      <fieldset>
        <legend>Compare</legend>
        ${MODE_NAMES.map(
          ({ id, title }) => html`
            <label>
              <input
                type="checkbox"
                name="mode"
                .value=${id}
                .checked=${modeIds.includes(id)}
                ?disabled=${modeIds.length === 1 && modeIds.includes(id)}
                @change=${(event: Event) => toggled(id, isChecked(event))}
              >
              ${title}
            </label>
          `,
        )}
      </fieldset>
    </details>
  `;
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
    ? target.value
    : "";
}

function isChecked({ target }: Event): boolean {
  return target instanceof HTMLInputElement && target.checked;
}
