import type { LockstepSelectDetail, StageDetail } from "#components/views";
import { html, type TemplateResult } from "lit";
import { modeSelect } from "./bar.ts";
import type { ExplorerState } from "./explorer-state.ts";
import { knobControls } from "./knob-controls.ts";
import { OTHERS_MAX } from "./link.ts";
import { menu } from "./menu.ts";
import { choiceToText, type ModeChoice } from "./mode-choice.ts";
import type { Session } from "./session.ts";
import type { ViewLoader } from "./view-loader.ts";

/** What the comparison does to the page. */
export interface CompareActions {
  readonly change: (part: Partial<ExplorerState>, what?: string, kind?: string) => void;
  readonly select: (row: number) => void;
  readonly views: ViewLoader;
}

/** Two to four modes in lockstep on the same packet, or one mode with a knob changed. */
export function compareView(session: Session, actions: CompareActions): TemplateResult {
  const { compared, comparedChoices, state, place } = session;
  return html`
    <h2 class="visually-hidden">The same packet, side by side</h2>
    <div class="compare-choice">
      ${state.others.map((other, at) => otherChoice(session, other, at, actions))}
      <button
        type="button"
        aria-disabled=${state.others.length >= OTHERS_MAX}
        @click=${() => {
          if (state.others.length < OTHERS_MAX)
            actions.change({ others: [...state.others, state.choice] });
        }}
      >
        Add a mode
      </button>
    </div>
    <trapline-lockstep
      .runs=${compared}
      .labels=${comparedChoices.map(choiceToText)}
      .packet=${place.packet}
      .stage=${state.stage}
      .selected=${{ run: 0, row: place.row }}
      @trapline-stage=${({ detail }: CustomEvent<StageDetail>) =>
        actions.change({ stage: detail.stage, packet: detail.packet }, "", "stage")}
      @trapline-select=${(event: CustomEvent<LockstepSelectDetail>) => {
        if (event.detail.run !== 0) return;
        // The page's sentence says the row.
        event.preventDefault();
        actions.select(event.detail.row);
      }}
    >${actions.views.standIn("compare")}</trapline-lockstep>
  `;
}

function otherChoice(
  { state, modes }: Session,
  other: ModeChoice,
  at: number,
  { change }: CompareActions,
): TemplateResult {
  const mode = modes.find(({ id }) => id === other.modeId);
  const replace = (choice: ModeChoice, what: string) =>
    change({ others: state.others.with(at, choice) }, what);
  const knobCount = Object.keys(other.knobs).length;
  return html`
    <span class="other">
      ${modeSelect(`other-${at}`, "with", other, replace)}
      ${
        mode === undefined
          ? ""
          : menu(
              `knobs-${at}`,
              html`${knobCount === 0 ? "Knobs" : `Knobs, ${knobCount} changed`}<span class="visually-hidden"> of ${other.modeId}</span>`,
              knobControls(`knob-${at}`, mode, other, {}, replace),
            )
      }
      <button
        type="button"
        aria-disabled=${state.others.length === 1}
        @click=${() => {
          if (state.others.length > 1) change({ others: state.others.toSpliced(at, 1) });
        }}
      >
        remove<span class="visually-hidden"> ${other.modeId}</span>
      </button>
    </span>
  `;
}
