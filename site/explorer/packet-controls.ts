import { DIRECTIONS, type Direction } from "#engine";
import { html, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { keptValue } from "../kept-value.ts";
import { BUNDLED_CAPTURES } from "../packets/bundled-captures.ts";
import { pickedFile } from "../packets/given-file.ts";
import type { OwnFile } from "../packets/own-file.ts";
import { GENERATED, OWN_FILE } from "../packets/packet-source.ts";
import type { ExplorerState } from "./explorer-state.ts";

const DIRECTION_LABELS: Readonly<Record<Direction, string>> = {
  tx: "leave the guest",
  rx: "arrive from the wire",
  echo: "leave and come back",
};

/** What the packet controls do. */
export interface PacketActions {
  readonly change: (part: Partial<ExplorerState>, what: string) => void;
  readonly open: (file: File) => void;
}

/** Which packets travel, and which way. */
export function packetControls(
  state: ExplorerState,
  own: OwnFile | undefined,
  actions: PacketActions,
): TemplateResult {
  const { source, direction } = state;
  return html`
    <label>
      Packets
      <select
        name="source"
        @change=${({ target }: Event) => {
          if (!(target instanceof HTMLSelectElement)) return;
          const label = target.selectedOptions[0]?.textContent?.trim() ?? "";
          actions.change({ source: target.value, packet: 1, step: 0 }, `packets: ${label}`);
        }}
      >
        <option value=${GENERATED} .selected=${live(source === GENERATED)}>Generated UDP</option>
        ${BUNDLED_CAPTURES.map(
          ({ file, label }) =>
            html`<option value=${file} .selected=${live(source === file)}>${label}</option>`,
        )}
        ${
          own || source === OWN_FILE
            ? html`<option value=${OWN_FILE} .selected=${live(source === OWN_FILE)}>${own?.name ?? "a file of your own"}</option>`
            : ""
        }
      </select>
    </label>
    <label>
      that
      <select
        name="direction"
        @change=${({ target }: Event) => {
          const value = target instanceof HTMLSelectElement ? target.value : "";
          const to = DIRECTIONS.find((one) => one === value) ?? "tx";
          actions.change({ direction: to, step: 0 }, `packets that ${DIRECTION_LABELS[to]}`);
        }}
      >
        ${DIRECTIONS.map(
          (one) =>
            html`<option value=${one} .selected=${live(one === direction)}>${DIRECTION_LABELS[one]}</option>`,
        )}
      </select>
    </label>
    ${source === GENERATED ? [count(state, actions), size(state, actions)] : ""}
    ${gap(state, actions)}
    <label class="file">
      Open a capture …
      <input
        type="file"
        name="capture"
        accept=".pcap,.pcapng,.cap,.json"
        @change=${(event: Event) => {
          const file = pickedFile(event);
          if (file) actions.open(file);
        }}
      >
    </label>
  `;
}

const count = ({ count: now }: ExplorerState, { change }: PacketActions): TemplateResult =>
  number("how many", "count", now, 1, 20_000, (value) =>
    change({ count: value, packet: 1, step: 0 }, `${value} packets`),
  );

const size = ({ sizeBytes }: ExplorerState, { change }: PacketActions): TemplateResult =>
  number("bytes each", "size", sizeBytes, 60, 1514, (value) =>
    change({ sizeBytes: value, step: 0 }, `frames of ${value} bytes`),
  );

const gap = ({ gapMicroseconds }: ExplorerState, { change }: PacketActions): TemplateResult =>
  number("µs apart", "gap", gapMicroseconds, 0, 1_000_000, (value) =>
    change({ gapMicroseconds: Math.round(value * 1000) / 1000 }, `packets ${value} µs apart`),
  );

function number(
  label: string,
  name: string,
  now: number,
  min: number,
  max: number,
  to: (value: number) => void,
): TemplateResult {
  return html`
    <label>
      ${label}
      <input
        type="number"
        name=${name}
        min=${min}
        max=${max}
        ${keptValue(String(now))}
        @change=${({ target }: Event) => {
          if (target instanceof HTMLInputElement) to(target.valueAsNumber);
        }}
      >
    </label>
  `;
}
