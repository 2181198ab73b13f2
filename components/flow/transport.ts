import { html, nothing, type TemplateResult } from "lit";
import type { FlowRun } from "./flow-run.ts";
import type { Move } from "./navigation.ts";
import type { PacketStory } from "./story.ts";

const BUTTONS: readonly { readonly move: Move; readonly text: string; readonly name: string }[] = [
  { move: "first", text: "⇤", name: "First step" },
  { move: "back", text: "‹ back", name: "Step back" },
  { move: "next", text: "step ›", name: "Step forward" },
  { move: "last", text: "⇥", name: "Last step" },
  { move: "nextHandOver", text: "next hand-over", name: "Next hand-over" },
  { move: "nextExit", text: "next exit", name: "Next exit" },
];

/** The buttons that step through a journey, and the choice of the packet when there are several. */
export function transport(
  run: FlowRun,
  { packet, rows, handOvers }: PacketStory,
  step: number,
  move: (move: Move) => void,
  choosePacket: (packet: number) => void,
): TemplateResult {
  const chosen = (event: Event) => {
    if (event.target instanceof HTMLInputElement) choosePacket(event.target.valueAsNumber);
  };
  const hasExit = handOvers.some(({ kind, toStep }) => kind === "exit" && toStep > step);
  const idle: Partial<Record<Move, boolean>> = {
    first: step <= 0,
    back: step <= 0,
    next: step >= rows.length - 1,
    last: step >= rows.length - 1,
    nextHandOver: !handOvers.some(({ toStep }) => toStep > step),
    nextExit: !hasExit,
  };
  return html`
    <div class="transport" role="group" aria-label="Steps">
      ${BUTTONS.map(
        ({ move: it, text, name }) => html`
          <button aria-label=${name} aria-disabled=${idle[it] === true} @click=${() => move(it)}>
            ${text}
          </button>
        `,
      )}
      ${
        run.packetCount > 1
          ? html`
            <label class="packet">
              packet
              <input
                type="number"
                min="1"
                max=${run.packetCount}
                .value=${String(packet)}
                @change=${chosen}
              >
              of ${run.packetCount}
            </label>
          `
          : nothing
      }
    </div>
  `;
}
