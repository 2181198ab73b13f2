import { html, nothing, type TemplateResult } from "lit";
import type { FlowRun } from "./flow-run.ts";
import { toneOf } from "./lane.ts";
import { predicateOf } from "../sentence/predicate.ts";
import { subjectOf } from "../sentence/subject.ts";
import type { PacketStory } from "./story.ts";

/** Rows of the table at most; longer journeys show the rows around the current step. */
export const TABLE_ROWS_MAX = 200;

/** The table behind a drawing: the same steps, one row each. Rows are chosen by their number. */
export function stepTable(
  run: FlowRun,
  { rows, handOvers }: PacketStory,
  step: number,
  choose: (step: number) => void,
): TemplateResult {
  const first = firstShown(step, rows.length);
  const shown = rows.subarray(first, first + TABLE_ROWS_MAX);
  const crossings = new Map(
    handOvers.filter(({ crosses }) => crosses).map(({ toStep, kind }) => [toStep, kind]),
  );
  return html`
    <table aria-rowcount=${rows.length + 1}>
      <thead>
        <tr aria-rowindex="1">
          <th scope="col">Step</th>
          <th scope="col">Who</th>
          <th scope="col">What happens</th>
          <th scope="col">Crosses the line</th>
        </tr>
      </thead>
      <tbody @keydown=${moveFocus}>
        ${Array.from(shown, (row, index) => {
          const at = first + index;
          const isCurrent = at === step;
          return html`
            <tr aria-rowindex=${at + 2} class=${isCurrent ? "current" : ""}>
              <td class="digits">
                <button
                  tabindex=${isCurrent ? 0 : -1}
                  aria-current=${isCurrent ? "step" : nothing}
                  @click=${() => choose(at)}
                >
                  ${at + 1}
                </button>
              </td>
              <th scope="row" class=${toneOf(run.trace.actor[row] ?? 0)}>${subjectOf(run, row)}</th>
              <td>${predicateOf(run, row)}</td>
              <td class="crossing">${crossings.get(at) ?? ""}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
    ${
      shown.length < rows.length
        ? html`<p>Rows ${first + 1} to ${first + shown.length} of ${rows.length}; step on for others.</p>`
        : nothing
    }
  `;
}

/** The first row that the table shows when a step is the current one: the rows around it. */
export function firstShown(step: number, rowCount: number): number {
  return Math.max(0, Math.min(step - TABLE_ROWS_MAX / 2, rowCount - TABLE_ROWS_MAX));
}

/** Up and down move from row to row and choose, so that the table is one stop of the Tab key. */
export function moveFocus(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (!(event.target instanceof HTMLElement)) return;
  const row = event.target.closest("tr");
  const next = event.key === "ArrowDown" ? row?.nextElementSibling : row?.previousElementSibling;
  const button = next?.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.click();
  button.focus();
}
