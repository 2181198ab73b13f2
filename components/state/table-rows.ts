import type { CellSpec, SectionLine } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import type { SectionView } from "./layout.ts";
import { type LineHost, lineButton, struck } from "./line-rows.ts";
import { valueText } from "./value-text.ts";

/** Lines for which a table always keeps room, so that nothing below moves as lines come and go. */
const ROOM_LINES = 10;
/** Characters beyond which a text is cut in the table. */
const LONG_TEXT = 40;

/** A table of the machine as a table: keys, columns, what changed, what has gone. */
export function tableRows(view: SectionView, host: LineHost): TemplateResult {
  const { spec, tableLines, lineCount } = view;
  const first = host.tabLine(spec.id);
  const tabbed = tableLines.some(({ name }) => name === first) ? first : tableLines[0]?.name;
  const fillers = Math.max(0, Math.min(lineCount, ROOM_LINES) - tableLines.length);
  return html`
    <div class="table-scroller" tabindex="0" role="region" aria-label=${spec.title}>
      <table class="table">
        <caption class="visually-hidden">
          ${spec.title}
        </caption>
        <thead>
          <tr>
            <th scope="col">${keyName(view)}</th>
            ${spec.cells.map(
              (cell) =>
                html`<th scope="col" class=${alignment(cell)} title=${cell.doc}>${cell.name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${tableLines.map((line) => tableRow(view, line, line.name === tabbed, host))}
          ${Array.from(
            { length: fillers },
            () =>
              html`<tr class="filler" aria-hidden="true"><td colspan=${spec.cells.length + 1}>&nbsp;</td></tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${tableLines.length === 0 ? html`<p class="note">${emptyText(view)}</p>` : nothing}
  `;
}

function tableRow(
  { spec }: SectionView,
  line: SectionLine,
  tabbed: boolean,
  host: LineHost,
): TemplateResult {
  const isChanged = line.changed.includes(true);
  const hasGone = line.values.every((value) => value === undefined);
  return html`
    <tr class=${`${isChanged ? "changed" : ""} ${hasGone ? "gone" : ""}`}>
      <th scope="row">
        ${lineButton(spec.id, line.name, tabbed, host)}
        ${isChanged ? html`<span class="visually-hidden">, ${hasGone ? "removed" : "changed"}</span>` : nothing}
      </th>
      ${spec.cells.map((cell, column) => tableCell(cell, line, column))}
    </tr>
    ${
      host.isOpen(spec.id, line.name)
        ? html`<tr class="detail">
          <td colspan=${spec.cells.length + 1}>
            ${spec.cells.map((cell, column) =>
              host.origin({ section: spec.id, line: line.name, column }, cell.name),
            )}
          </td>
        </tr>`
        : nothing
    }
  `;
}

function tableCell(cell: CellSpec, line: SectionLine, column: number): TemplateResult {
  const value = line.values[column];
  const before = line.before[column];
  const isChanged = line.changed[column] === true;
  const old = isChanged && before !== undefined ? struck(valueText(before, cell)) : nothing;
  const now = value === undefined && isChanged ? nothing : valueText(value, cell);
  const title = typeof value === "string" && value.length > LONG_TEXT ? value : nothing;
  return html`<td class=${`value ${alignment(cell)} ${isChanged ? "new" : ""}`} title=${title}>${now} ${old}</td>`;
}

function alignment({ form }: CellSpec): string {
  return form === "decimal" ? "digits" : "";
}

function keyName({ tableLines }: SectionView): string {
  return tableLines.every(({ name }) => name.startsWith("0x")) ? "address" : "entry";
}

function emptyText({ lineCount }: SectionView): string {
  if (lineCount === 0) return "Nothing was in this table at any row of this run.";
  return `Nothing is in this table at this row; over the run ${lineCount} different lines were.`;
}
