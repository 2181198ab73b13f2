import type { LoadDirection } from "#engine";
import { html, type TemplateResult } from "lit";
import { BUNDLED_CAPTURES } from "../packets/bundled-captures.ts";
import { pickedFile } from "../packets/given-file.ts";
import type { OwnFile } from "../packets/own-file.ts";
import { OWN_FILE } from "../packets/packet-source.ts";
import { priceControls } from "../prices/price-controls.ts";
import { COUNT_MAX, IMIX, PACKET_BYTES, type SizeState, WAYS } from "./size-state.ts";

/** What the form does to the page. */
export interface SizeActions {
  change(part: Partial<SizeState>): void;
  open(file: File): void;
  start(): void;
}

const DIRECTION_LABELS: Readonly<Record<LoadDirection, string>> = {
  forward: "forward",
  tx: "send",
  rx: "receive",
  rr: "answer requests",
};

/** The form: what the guests are for, and on what. */
export function controls(
  state: SizeState,
  own: OwnFile | undefined,
  problem: string,
  actions: SizeActions,
): TemplateResult {
  const { direction, prices, rate } = state;
  return html`
    <form
      class="controls"
      @submit=${(event: Event) => {
        event.preventDefault();
        actions.start();
      }}
    >
      ${count("vms", "Guests", state.vms, (vms) => actions.change({ vms }))}
      <label>
        that each
        <select
          name="dir"
          @change=${(event: Event) => {
            const value = valueOf(event);
            const found = WAYS.find((one) => one === value);
            actions.change({ direction: found ?? direction });
          }}
        >
          ${WAYS.map(
            (one) => html`
              <option value=${one} ?selected=${one === direction}>${DIRECTION_LABELS[one]}</option>
            `,
          )}
        </select>
      </label>
      <label>
        a second
        <input
          name="rate"
          size="9"
          aria-describedby="rate-note problem"
          .value=${rate}
          @change=${(event: Event) => actions.change({ rate: valueOf(event) })}
        >
      </label>
      <span id="rate-note" class="note">packets, like 200k or 1.5M; or 800Mbit/s</span>
      ${mixChoice(state, own, actions)}
      ${priceControls(prices, (changed) => actions.change({ prices: changed }))}
      ${count("cores", "host cores for all", state.hostCores, (hostCores) => actions.change({ hostCores }))}
      <button class="start" type="submit">Work it out</button>
      <p id="problem" class="problem" role="alert">${problem}</p>
    </form>
  `;
}

function mixChoice({ mix }: SizeState, own: OwnFile | undefined, actions: SizeActions) {
  const option = (value: string, label: string) =>
    html`<option value=${value} ?selected=${value === mix}>${label}</option>`;
  return html`
    <label>
      packets of
      <select name="mix" @change=${(event: Event) => actions.change({ mix: valueOf(event) })}>
        ${option(IMIX, "IMIX: 64, 594 and 1518 bytes as 7 : 4 : 1")}
        ${PACKET_BYTES.map((bytes) => option(String(bytes), `${bytes} bytes`))}
        ${BUNDLED_CAPTURES.map(({ file, label }) => option(file, label))}
        ${own || mix === OWN_FILE ? option(OWN_FILE, own?.name ?? "a file of your own") : ""}
      </select>
    </label>
    <label class="file">
      Open or drop a capture …
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
  `;
}

function count(
  name: string,
  label: string,
  value: number,
  change: (value: number) => void,
): TemplateResult {
  return html`
    <label>
      ${label}
      <input
        type="number"
        name=${name}
        min="1"
        max=${COUNT_MAX}
        aria-describedby="problem"
        .value=${String(value)}
        @change=${(event: Event) => change(Number(valueOf(event)))}
      >
    </label>
  `;
}

function valueOf({ target }: Event): string {
  const isField = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  return isField ? target.value : "";
}
