import type { CellField, SectionLine } from "#engine";
import { html, nothing, type TemplateResult } from "lit";
import { struck } from "./line-rows.ts";
import { bitsText, fieldText, fieldValue } from "./value-text.ts";

/** The bit fields of a register, highest first, with their values and meanings. */
export function fieldTable(
  name: string,
  fields: readonly CellField[],
  line: SectionLine,
): TemplateResult {
  const ordered = fields.toSorted((one, other) => other.lsb - one.lsb);
  return html`
    <table class="fields">
      <caption class="visually-hidden">
        Fields of ${name}
      </caption>
      <thead>
        <tr>
          <th scope="col" class="bits">Bits</th>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${ordered.map((field) => fieldRow(field, line))}
      </tbody>
    </table>
  `;
}

function fieldRow(field: CellField, line: SectionLine): TemplateResult {
  const value = fieldValue(line.values[0], field);
  const before = fieldValue(line.before[0], field);
  const isChanged = line.changed[0] === true && value !== before;
  return html`
    <tr class=${isChanged ? "changed" : ""}>
      <td class="bits">${bitsText(field)}</td>
      <th scope="row">
        ${field.name}${isChanged ? html`<span class="visually-hidden">, changed</span>` : nothing}
      </th>
      <td class="value">
        ${fieldText(value, field.width)}
        ${isChanged ? struck(fieldText(before, field.width)) : nothing}
      </td>
      <td>${field.doc}</td>
    </tr>
  `;
}
