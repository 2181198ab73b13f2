import { html, nothing, type TemplateResult } from "lit";
import { grouped } from "../number-text.ts";
import type { TimelineAction } from "./action.ts";

/** What the controls above a timeline show and do. */
export interface ToolbarState {
  readonly packet: number;
  readonly packetCount: number;
  readonly hasSelection: boolean;
  readonly isFolded: boolean;
  readonly canFold: boolean;
  readonly showsThreads: boolean;
  /** What is in view, in words. */
  readonly summary: string;
  act(action: TimelineAction): void;
  choosePacket(packet: number): void;
  fold(isFolded: boolean): void;
  showThreads(shown: boolean): void;
}

const MOVES: readonly {
  readonly action: TimelineAction;
  readonly text: string;
  readonly name: string;
}[] = [
  { action: "zoomOut", text: "−", name: "Zoom out" },
  { action: "zoomIn", text: "+", name: "Zoom in" },
  { action: "earlier", text: "←", name: "Earlier" },
  { action: "later", text: "→", name: "Later" },
  { action: "fitAll", text: "fit all", name: "Fit all" },
  { action: "fitPacket", text: "fit packet", name: "Fit packet" },
  { action: "toSelection", text: "go to selection", name: "Go to selection" },
];

/** The controls: everything that a drag or a wheel does has a button here. */
export function toolbar(state: ToolbarState): TemplateResult {
  const { packet, packetCount, hasSelection } = state;
  const idle: Partial<Record<TimelineAction, boolean>> = {
    fitPacket: packet < 1,
    toSelection: !hasSelection,
  };
  return html`
    <div class="toolbar" role="group" aria-label="Timeline">
      ${MOVES.map(
        ({ action, text, name }) => html`
          <button
            aria-label=${name}
            aria-disabled=${idle[action] === true}
            @click=${() => (idle[action] === true ? undefined : state.act(action))}
          >
            ${text}
          </button>
        `,
      )}
      ${packetCount > 1 ? followed(state) : nothing}
      <span class="choices">
        <label class=${state.canFold ? "" : "idle"}>
          <input
            type="checkbox"
            .checked=${state.isFolded}
            ?disabled=${!state.canFold}
            @change=${(event: Event) => state.fold(isChecked(event))}
          >
          fold idle time
        </label>
        <label>
          <input
            type="checkbox"
            .checked=${state.showsThreads}
            @change=${(event: Event) => state.showThreads(isChecked(event))}
          >
          threads of all packets
        </label>
      </span>
    </div>
    <p class="summary">${state.summary}</p>
  `;
}

function followed({ packet, packetCount, choosePacket }: ToolbarState): TemplateResult {
  return html`
    <span class="followed" role="group" aria-label="Packet that is followed">
      <button
        aria-label="Previous packet"
        aria-disabled=${packet <= 1}
        @click=${() => (packet > 1 ? choosePacket(packet - 1) : undefined)}
      >
        ‹
      </button>
      <span>packet ${packet < 1 ? "–" : grouped(packet)} of ${grouped(packetCount)}</span>
      <button
        aria-label="Next packet"
        aria-disabled=${packet >= packetCount}
        @click=${() => (packet < packetCount ? choosePacket(Math.max(0, packet) + 1) : undefined)}
      >
        ›
      </button>
    </span>
  `;
}

function isChecked({ target }: Event): boolean {
  return target instanceof HTMLInputElement && target.checked;
}
