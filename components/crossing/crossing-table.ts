import { html, nothing, type TemplateResult } from "lit";
import { toneOf } from "../flow/lane.ts";
import { firstShown, moveFocus, TABLE_ROWS_MAX } from "../flow/step-table.ts";
import type { PacketStory } from "../flow/story.ts";
import { grouped } from "../number-text.ts";
import { rowCause } from "../sentence/cause.ts";
import { predicateOf } from "../sentence/predicate.ts";
import { costText, rowCost } from "../sentence/row-cost.ts";
import { subjectOf } from "../sentence/subject.ts";
import type { CrossingRun } from "./crossing-run.ts";

/** The table behind the drawing: the packet's steps with who, what, why and what it cost. */
export function crossingTable(
  run: CrossingRun,
  { rows }: PacketStory,
  step: number,
  choose: (row: number) => void,
): TemplateResult {
  const first = firstShown(step, rows.length);
  const shown = rows.subarray(first, first + TABLE_ROWS_MAX);
  return html`
    <table aria-rowcount=${rows.length + 1}>
      <thead>
        <tr aria-rowindex="1">
          <th scope="col">Step</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Because</th>
          <th scope="col">Cost</th>
        </tr>
      </thead>
      <tbody @keydown=${moveFocus}>
        ${Array.from(shown, (row, index) => {
          const at = first + index;
          const cost = rowCost(run, row);
          return html`
            <tr aria-rowindex=${at + 2} class=${at === step ? "current" : ""}>
              <td class="digits">
                <button
                  tabindex=${at === Math.max(step, first) ? 0 : -1}
                  aria-current=${at === step ? "step" : nothing}
                  @click=${() => choose(row)}
                >
                  ${grouped(at + 1)}
                </button>
              </td>
              <th scope="row" class=${toneOf(run.trace.actor[row] ?? 0)}>${subjectOf(run, row)}</th>
              <td>${predicateOf(run, row)}</td>
              <td>${rowCause(run, row)}</td>
              <td class="digits">${cost === undefined ? "" : costText(cost)}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
    ${
      shown.length < rows.length
        ? html`<p>
            Rows ${grouped(first + 1)} to ${grouped(first + shown.length)} of
            ${grouped(rows.length)}; step on for others.
          </p>`
        : nothing
    }
  `;
}
