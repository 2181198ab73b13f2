import { html, nothing, type TemplateResult } from "lit";
import { LANES } from "../flow/lane.ts";
import type { LineView, SectionView } from "./layout.ts";
import { struck } from "./line-rows.ts";
import { valueText } from "./value-text.ts";

/** Changes that are listed at most; as much room is kept where there are fewer. */
const LISTED_MAX = 4;

/**
 * What the row changed, a line each: whose, which, what it is and what it was. The list keeps its
 * height, so that nothing below moves from row to row.
 */
export function changeList(
  views: readonly SectionView[],
  open: (section: string) => void,
): TemplateResult {
  const all = views.flatMap((view) => view.changes.map((change) => ({ view, change })));
  const listed = all.slice(0, LISTED_MAX);
  const count = views.reduce((sum, { changedCount }) => sum + changedCount, 0);
  const shown = listed.reduce((sum, { change }) => sum + changedIn(change), 0);
  return html`
    <table class="changes">
      <caption class="visually-hidden">
        What this row changed${shown < count ? `, the first ${shown} of ${count} values` : ""}
      </caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Section</th>
          <th scope="col">Name</th>
          <th scope="col">Value and the one before</th>
        </tr>
      </thead>
      <tbody>
        ${listed.map(({ view: { spec }, change }) => {
          const name = change.line.name;
          return html`
            <tr class=${LANES[spec.actor]?.tone ?? "wire"}>
              <td>
                <button class="to" title=${spec.title} @click=${() => open(spec.id)}>${spec.title}</button>
              </td>
              <th scope="row" title=${name}>${name}</th>
              <td class="value">${changeText(spec.kind === "table", change)}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}

function changedIn({ line }: LineView): number {
  return line.changed.filter(Boolean).length;
}

/** A line's new and old value; of a table's line that came or went, that it did. */
function changeText(isTable: boolean, { spec, line }: LineView): TemplateResult | string {
  const column = Math.max(0, line.changed.indexOf(true));
  const before = line.before[column];
  const value = line.values[column];
  if (isTable && value === undefined) return "removed";
  if (isTable && before === undefined) return "added";
  return html`${valueText(value, spec)}
    ${before === undefined ? nothing : struck(valueText(before, spec))}`;
}
