import { fieldsSet } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { fieldTable } from "./field-table.ts";
import type { LineView, SectionView } from "./layout.ts";
import type { CellPlace } from "./origin.ts";
import { valueText } from "./value-text.ts";

/** What the lines of a section ask of the element around them. */
export interface LineHost {
  /** Whether a line's details stand open. */
  isOpen(section: string, line: string): boolean;
  /** Opens or closes them. */
  toggle(section: string, line: string): void;
  /** The line that the Tab key reaches; the arrows go to the others. */
  tabLine(section: string): string | undefined;
  /** Where a value came from, with ways to the rows that changed it. */
  origin(place: CellPlace, name: string): TemplateResult;
}

/** Registers or fields as lines: name, value, what it was before this row, what its bits say. */
export function lineRows({ spec, lines }: SectionView, host: LineHost): TemplateResult {
  const first = host.tabLine(spec.id);
  const tabbed = lines.some(({ line }) => line.name === first) ? first : lines[0]?.line.name;
  const widest = Math.max(0, ...lines.map((view) => view.spec.sizeBytes));
  return html`
    <table class=${`lines ${widthClass(widest)}`}>
      <caption class="visually-hidden">
        ${spec.title}
      </caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
          <th scope="col">Before this row</th>
          <th scope="col">Says</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map((view) => lineRow(spec.id, view, view.line.name === tabbed, host))}
      </tbody>
    </table>
  `;
}

/** The button that opens a line's details. */
export function lineButton(
  section: string,
  line: string,
  tabbed: boolean,
  host: LineHost,
): TemplateResult {
  return html`<button
    class="line-name"
    data-line=${line}
    tabindex=${tabbed ? 0 : -1}
    aria-expanded=${host.isOpen(section, line)}
    @click=${() => host.toggle(section, line)}
  >${line}</button>`;
}

function lineRow(
  section: string,
  { spec, line }: LineView,
  tabbed: boolean,
  host: LineHost,
): TemplateResult {
  const [value] = line.values;
  const [before] = line.before;
  const isChanged = line.changed[0] === true;
  return html`
    <tr class=${isChanged ? "changed" : ""}>
      <th scope="row">
        ${lineButton(section, line.name, tabbed, host)}
        ${isChanged ? html`<span class="visually-hidden">, changed</span>` : nothing}
      </th>
      <td class="value" title=${typeof value === "string" ? value : nothing}>
        ${valueText(value, spec)}
      </td>
      <td class="value before">${isChanged ? struck(valueText(before, spec)) : nothing}</td>
      <td class="says">${saysText({ spec, line })}</td>
    </tr>
    ${host.isOpen(section, line.name) ? detailRow(section, { spec, line }, host) : nothing}
  `;
}

/** An old value, struck through. */
export function struck(text: string): TemplateResult {
  return html`<span class="visually-hidden">before: </span><s>${text}</s>`;
}

function saysText({ spec, line }: LineView): string {
  const [value] = line.values;
  if (spec.fidelity === "storage") return "stored, not modelled";
  if (spec.fields === undefined || value === undefined || typeof value === "string") return "";
  return fieldsSet(spec.fields, value).join(" · ");
}

function detailRow(section: string, view: LineView, host: LineHost): TemplateResult {
  const { spec, line } = view;
  const offset = spec.offset === undefined ? "" : `Offset 0x${spec.offset.toString(16)}. `;
  const size = spec.sizeBytes === 0 ? "" : `${spec.sizeBytes * 8} bits. `;
  const fidelity =
    spec.fidelity === "storage" ? "It is stored, not modelled: nothing acts on it." : "";
  const doc = spec.doc === "" ? "" : `${spec.doc.replace(/\.$/, "")}. `;
  return html`
    <tr class="detail">
      <td colspan="4">
        <p>${doc}${offset}${size}${fidelity}</p>
        ${spec.fields === undefined ? nothing : fieldTable(spec.name, spec.fields, line)}
        ${host.origin({ section, line: line.name, column: 0 }, line.name)}
      </td>
    </tr>
  `;
}

function widthClass(sizeBytes: number): string {
  if (sizeBytes === 0) return "worded";
  return sizeBytes > 4 ? "wide" : "narrow";
}
