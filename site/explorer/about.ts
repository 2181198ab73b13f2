import type { ExplorerRun } from "#components/plain";
import { html, type TemplateResult } from "lit";
import type { Session } from "./session.ts";

const WAYS: Readonly<Record<ExplorerRun["direction"], string>> = {
  tx: "leaves the guest",
  rx: "arrives in the guest",
  echo: "leaves the guest and comes back",
};

/** What the page is about and what to do with it; after a change, what the change did. */
export function about(
  { modes, place, said, note, state }: Session,
  run: ExplorerRun,
): TemplateResult {
  const title = modes.find(({ id }) => id === run.modeId)?.title ?? run.modeId;
  const count =
    run.packetCount === 1 ? "One packet" : `Packet ${place.packet} of ${run.packetCount}`;
  const hint =
    state.view === "compare"
      ? "Choose a stage to see its steps side by side."
      : "Follow it step by step, and open any block of the drawing.";
  return html`
    <p class="about">
      <strong>${title}.</strong>
      <span class="said"><span role="status">${said}</span>${said === "" && note !== "" ? `${note} ` : ""}</span>
      <span class="hint" ?hidden=${said !== ""}>
        ${count} ${WAYS[run.direction]}. ${hint}
        <span class="keys"><kbd>←</kbd> <kbd>→</kbd> step, <kbd>?</kbd> shows all keys.</span>
      </span>
    </p>
  `;
}
