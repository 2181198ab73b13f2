import { html, nothing, type TemplateResult } from "lit";
import { toneOf } from "../flow/lane.ts";
import { predicateOf } from "../sentence/predicate.ts";
import { subjectOf } from "../sentence/subject.ts";
import type { AlignedPacket, Segment } from "./segment.ts";

/** Steps of a stage that are listed at most: those around the chosen one. */
export const LISTED_MAX = 200;

/** The steps of one run in the open stage, one after another; rows are chosen by their number. */
export function stepList(
  { run }: AlignedPacket,
  { rows, fromStep }: Segment,
  chosenRow: number,
  onlyHere: ReadonlySet<number>,
  choose: (row: number) => void,
): TemplateResult {
  const chosen = rows.indexOf(chosenRow);
  const first = Math.max(0, Math.min(chosen - LISTED_MAX / 2, rows.length - LISTED_MAX));
  const shown = rows.subarray(first, first + LISTED_MAX);
  const stop = chosen < 0 ? first : chosen;
  return html`
    <ol class="steps" @keydown=${moveFocus}>
      ${Array.from(shown, (row, index) => {
        const at = first + index;
        const only = onlyHere.has(row);
        return html`
          <li>
            <button
              class=${at === chosen ? "row chosen" : "row"}
              tabindex=${at === stop ? 0 : -1}
              aria-current=${at === chosen ? "step" : nothing}
              @click=${() => choose(row)}
            >
              <span class="number">${fromStep + at + 1}</span>
              <span class="what">
                <strong class=${toneOf(run.trace.actor[row] ?? 0)}>${subjectOf(run, row)}</strong>
                ${predicateOf(run, row)}
                ${only ? html`<em>only here</em>` : nothing}
              </span>
            </button>
          </li>
        `;
      })}
    </ol>
    ${
      shown.length < rows.length
        ? html`<p class="absent">Steps ${fromStep + first + 1} to ${fromStep + first + shown.length}; choose one to see those around it.</p>`
        : nothing
    }
  `;
}

/** Up and down move from step to step and choose, so that a list is one stop of the Tab key. */
function moveFocus(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (!(event.target instanceof HTMLElement)) return;
  const item = event.target.closest("li");
  const next = event.key === "ArrowDown" ? item?.nextElementSibling : item?.previousElementSibling;
  const button = next?.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.click();
  button.focus();
}
