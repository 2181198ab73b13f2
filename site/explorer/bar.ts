import { type Direction, MODE_NAMES, type PriceChoice } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { GENERATED, OWN_FILE } from "../packets/packet-source.ts";
import { priceControls } from "../prices/price-controls.ts";
import { EXPORTS, type ExportFormat } from "./export-format.ts";
import { type ExplorerState, type ExplorerView, VIEWS } from "./explorer-state.ts";
import { knobControls } from "./knob-controls.ts";
import { menu } from "./menu.ts";
import type { ModeChoice } from "./mode-choice.ts";
import { packetControls } from "./packet-controls.ts";
import type { Session } from "./session.ts";

/** What the bar does to the page. */
export interface BarActions {
  readonly change: (part: Partial<ExplorerState>, what?: string, kind?: string) => void;
  readonly view: (view: ExplorerView) => void;
  readonly open: (file: File) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly copyLink: () => void;
  readonly save: (format: ExportFormat) => void;
  readonly palette: () => void;
  readonly keyMap: () => void;
}

const VIEW_LABELS: Readonly<Record<ExplorerView, string>> = {
  one: "One mode",
  compare: "Compare",
  recorded: "Recorded",
};

/** The thin bar on top: what is looked at, with which knobs, packets and prices; undo, link, save. */
export function bar(session: Session, actions: BarActions): TemplateResult {
  const { state } = session;
  return html`
    <div class="bar">
      <fieldset class="view-choice">
        <legend class="visually-hidden">View</legend>
        ${VIEWS.map(
          (view) => html`
            <label>
              <input
                type="radio"
                name="view"
                .checked=${live(view === state.view)}
                @change=${() => actions.view(view)}
              >
              <span>${VIEW_LABELS[view]}</span>
            </label>
          `,
        )}
      </fieldset>
      ${state.view === "recorded" ? nothing : scenario(session, actions)}
      <span class="tools">
        <button type="button" aria-disabled=${!session.can.undo} @click=${actions.undo}>Undo</button>
        <button type="button" @click=${actions.copyLink}>Copy link</button>
        ${menu("save", "Save", saveMenu(actions))}
        <button type="button" @click=${actions.palette}>Commands</button>
        <button type="button" aria-label="Show all keys" @click=${actions.keyMap}>?</button>
      </span>
    </div>
  `;
}

function scenario(session: Session, actions: BarActions): TemplateResult {
  const { state, modes, run, own } = session;
  const mode = modes.find(({ id }) => id === state.choice.modeId);
  const knobCount = Object.keys(state.choice.knobs).length;
  const priceCount = Object.keys(state.prices.overrides ?? {}).length;
  return html`
    ${modeSelect("mode", "Mode", state.choice, (choice, title) =>
      actions.change({ choice, step: 0, range: undefined, open: [], only: [] }, title),
    )}
    ${menu(
      "knobs",
      knobCount === 0 ? "Knobs" : `Knobs, ${knobCount} changed`,
      mode === undefined
        ? html`<p>The engine is being loaded.</p>`
        : knobControls(
            "knob",
            mode,
            state.choice,
            run?.modeId === mode.id ? run.knobs : {},
            (choice, what) => actions.change({ choice }, what),
          ),
    )}
    ${menu(
      "cpu",
      priceCount === 0
        ? "CPU"
        : `CPU, ${priceCount} ${priceCount === 1 ? "price" : "prices"} changed`,
      html`
        ${priceControls(state.prices, (prices) => actions.change({ prices }, cpuText(prices)))}
        ${
          priceCount === 0
            ? nothing
            : html`
              <button
                type="button"
                @click=${() => actions.change({ prices: { ...state.prices, overrides: {} } }, "prices: as at rest")}
              >
                Reset all prices
              </button>
            `
        }
      `,
    )}
    ${menu("packets", packetsLabel(session), packetControls(state, own, actions))}
  `;
}

function cpuText({ profileId, clockGhz, mitigations }: PriceChoice): string {
  const clock = clockGhz === undefined ? "" : ` at ${clockGhz} GHz`;
  return `CPU ${profileId}${clock}, mitigations ${mitigations === false ? "off" : "on"}`;
}

/** A choice of one mode, by id and title. */
export function modeSelect(
  name: string,
  label: string,
  choice: ModeChoice,
  to: (choice: ModeChoice, title: string) => void,
): TemplateResult {
  return html`
    <label>
      ${label}
      <select
        name=${name}
        @change=${({ target }: Event) => {
          if (!(target instanceof HTMLSelectElement)) return;
          to({ modeId: target.value, knobs: {} }, target.value);
        }}
      >
        ${MODE_NAMES.map(
          ({ id, title }) => html`
            <option value=${id} title=${title} .selected=${live(id === choice.modeId)}>${id}</option>
          `,
        )}
      </select>
    </label>
  `;
}

const WAYS: Readonly<Record<Direction, string>> = {
  tx: "leaving",
  rx: "arriving",
  echo: "there and back",
};

/**
 * "3 generated packets, leaving", "18 packets of ping.pcap, arriving": as wide before the run is there
 * as after, so that nothing in the bar moves.
 */
function packetsLabel({ run, state, own }: Session): string {
  const asked = state.source === GENERATED ? state.count : "\u2007\u2007";
  const count = run?.packetCount ?? asked;
  const packets = count === 1 ? "packet" : "packets";
  const way = WAYS[state.direction];
  if (state.source === GENERATED) return `${count} generated ${packets}, ${way}`;
  const from = state.source === OWN_FILE ? (own?.name ?? "your file") : state.source;
  return `${count} ${packets} of ${from}, ${way}`;
}

function saveMenu({ save }: BarActions): TemplateResult {
  return html`
    <ul class="save-list">
      ${EXPORTS.map(
        ({ format, title }) =>
          html`<li><button type="button" @click=${() => save(format)}>${title.replace(/^Save /, "")}</button></li>`,
      )}
    </ul>
  `;
}
