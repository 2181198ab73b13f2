import type { RingSlot, RingState, SlotField } from "#engine";
import { html, type TemplateResult } from "lit";
import { byteText } from "../number-text.ts";
import { addressText, fieldText, slotText } from "./slot-text.ts";

/** What the reader can do with a slot. */
export interface SlotActions {
  readonly step: (by: number) => void;
  readonly openMemory: (address: number, byteCount: number) => void;
  /** The rows that wrote the slot before and after the chosen one, where there are any. */
  readonly writes: { readonly before: number | undefined; readonly after: number | undefined };
  readonly select: (row: number) => void;
}

/** A slot with its fields, opened. */
export function slotDetail(ring: RingState, slot: RingSlot, actions: SlotActions): TemplateResult {
  const { writes } = actions;
  return html`
    <section class="detail" aria-label="The chosen slot">
      <p class="which">
        <strong>${ring.title}</strong>, ${slotText(ring, slot)}${slot.changed ? html` <span class="mark">changed by this step</span>` : ""}
      </p>
      <p class="rule">${ring.rule} <cite>${ring.source}</cite></p>
      <div class="actions">
        <button @click=${() => actions.step(-1)}>‹ slot</button>
        <button @click=${() => actions.step(1)}>slot ›</button>
        ${rowButton("‹ write before", writes.before, actions)}
        ${rowButton("next write ›", writes.after, actions)}
        <button @click=${() => actions.openMemory(slot.address, slot.byteCount)}>
          Slot in memory
        </button>
        ${bufferButton(slot, actions)}
      </div>
      ${fieldTable(slot)} ${(slot.indirect ?? []).map((entry) => indirectEntry(entry))}
    </section>
  `;
}

function rowButton(
  label: string,
  row: number | undefined,
  { select }: SlotActions,
): TemplateResult {
  return html`<button
    aria-disabled=${row === undefined}
    @click=${() => row !== undefined && select(row)}
  >
    ${label}
  </button>`;
}

function bufferButton(slot: RingSlot, { openMemory }: SlotActions): TemplateResult | string {
  const { bufferAddress = 0, bufferBytes = 0 } = slot;
  if (bufferAddress === 0 || bufferBytes === 0) return "";
  return html`<button @click=${() => openMemory(bufferAddress, bufferBytes)}>
    Buffer in memory, ${byteText(bufferBytes)}
  </button>`;
}

function fieldTable(slot: RingSlot): TemplateResult {
  const place = `${addressText(slot.address)}, ${byteText(slot.byteCount)}`;
  if (slot.fields.length === 0) return html`<p class="place">${place}</p>`;
  return html`
    <div class="table-scroller" tabindex="0" role="region" aria-label="Fields of the slot">
      <table class="fields">
        <caption>
          ${place}
        </caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${slot.fields.map(fieldRow)}
        </tbody>
      </table>
    </div>
  `;
}

function fieldRow(field: SlotField): TemplateResult {
  const { name, value, text, before } = field;
  return html`
    <tr class=${before === undefined ? "" : "changed"}>
      <th scope="row">${name}</th>
      <td class="value">
        ${before === undefined ? "" : html`<s>${fieldText(before.value, field)}</s> `}${fieldText(value, field)}
      </td>
      <td>
        ${before === undefined || before.text === text || before.text === "" ? "" : html`<s>${before.text}</s> `}${text}
      </td>
    </tr>
  `;
}

function indirectEntry(entry: RingSlot): TemplateResult {
  return html`
    <details class="indirect">
      <summary>Indirect descriptor ${entry.index}</summary>
      ${fieldTable(entry)}
    </details>
  `;
}
