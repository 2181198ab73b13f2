import { html, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { keptValue } from "../kept-value.ts";
import type { Journey, JourneyMove, Place } from "./journey.ts";
import { SPEEDS } from "./playback.ts";

/** What the buttons of the transport do. */
export interface TransportActions {
  readonly move: (move: JourneyMove) => void;
  readonly go: (packet: number, step: number) => void;
  readonly play: (perSecond: number) => void;
  readonly pause: () => void;
  readonly setMark: () => void;
  readonly runToMark: () => void;
}

/** What the transport shows. */
export interface TransportState {
  readonly place: Place;
  readonly journey: Journey;
  readonly playing: boolean;
  readonly perSecond: number;
  /** The row that "run to mark" runs to, -1 for none. */
  readonly markRow: number;
}

const BUTTONS: readonly { move: JourneyMove; text: string; name: string; wide?: true }[] = [
  { move: "first", text: "⇤", name: "First step of the packet" },
  { move: "previousExit", text: "‹ exit", name: "Previous exit", wide: true },
  { move: "back", text: "‹ step", name: "Step back" },
];

const ONWARD: typeof BUTTONS = [
  { move: "next", text: "step ›", name: "Step forward" },
  { move: "nextHandOver", text: "hand-over ›", name: "Next hand-over", wide: true },
  { move: "nextExit", text: "exit ›", name: "Next exit", wide: true },
  { move: "last", text: "⇥", name: "Last step of the packet" },
];

/** Buttons to step, play and jump; each has a key, and the slider has both. */
export function transport(state: TransportState, actions: TransportActions): TemplateResult {
  const { place, journey, playing, perSecond, markRow } = state;
  const stepCount = Math.max(1, journey.story(place.packet).rows.length);
  const button = ({ move, text, name, wide }: (typeof BUTTONS)[number]) => html`
    <button
      type="button"
      class=${wide ? "wide" : ""}
      aria-label=${name}
      title=${name}
      aria-disabled=${journey.moved(place, move).row === place.row}
      @click=${() => actions.move(move)}
    >
      ${text}
    </button>
  `;
  return html`
    <div class="transport" role="group" aria-label="Transport">
      <span class="buttons">
        ${BUTTONS.map(button)}
        <button
          type="button"
          class="play"
          aria-pressed=${playing}
          @click=${() => (playing ? actions.pause() : actions.play(perSecond))}
        >
          ${playing ? "pause" : "play"}
        </button>
        ${ONWARD.map(button)}
      </span>
      <label class="speed">
        at
        <select name="speed" @change=${(event: Event) => actions.play(Number(valueOf(event)))}>
          ${SPEEDS.map(
            (speed) => html`
              <option value=${speed} .selected=${live(speed === perSecond)}>
                ${speed === 0 ? "full speed" : `${speed} a second`}
              </option>
            `,
          )}
        </select>
      </label>
      <input
        type="range"
        class="scrub"
        aria-label="Step of the packet"
        aria-valuetext="step ${place.step} of ${stepCount}"
        min="1"
        max=${stepCount}
        .value=${live(String(place.step))}
        @input=${(event: Event) => actions.go(place.packet, Number(valueOf(event)))}
      >
      ${packetChoice(state, actions)}
      <span class="mark">
        <button type="button" @click=${actions.setMark}>set mark</button>
        <button type="button" aria-disabled=${markRow < 0} @click=${actions.runToMark}>
          run to mark
        </button>
      </span>
    </div>
  `;
}

function packetChoice(
  { place, journey }: TransportState,
  actions: TransportActions,
): TemplateResult {
  const { packetCount } = journey.run;
  if (packetCount === 1) return html``;
  const button = (move: JourneyMove, text: string, name: string, isIdle: boolean) => html`
    <button
      type="button"
      aria-label=${name}
      aria-disabled=${isIdle}
      @click=${() => actions.move(move)}
    >
      ${text}
    </button>
  `;
  return html`
    <span class="packet">
      ${button("previousPacket", "‹", "Previous packet", place.packet === 1)}
      <label>
        packet
        <input
          type="number"
          name="packet"
          min="1"
          max=${packetCount}
          ${keptValue(String(place.packet))}
          @change=${(event: Event) => actions.go(Number(valueOf(event)), 1)}
        >
        of ${packetCount}
      </label>
      ${button("nextPacket", "›", "Next packet", place.packet === packetCount)}
    </span>
  `;
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
    ? target.value
    : "";
}
