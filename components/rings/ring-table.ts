import type { RingSlot, RingState } from "#engine";
import { html, type TemplateResult } from "lit";
import { grouped } from "../number-text.ts";
import { ownedBy } from "./slot-text.ts";

/** Slots that follow each other and are alike. */
interface Stretch {
  readonly first: number;
  last: number;
  readonly owner: RingSlot["owner"];
  readonly state: string;
}

/** The drawings as tables: each ring's slots by owner, and its slots in stretches that are alike. */
export function ringTables(rings: readonly RingState[]): TemplateResult {
  return html`
    <div class="table-scroller" tabindex="0" role="region" aria-label="Rings as tables">
      <table class="counts">
        <caption>
          Slots by owner; of rings of bytes, bytes
        </caption>
        <thead>
          <tr>
            <th scope="col">Ring</th>
            <th scope="col" class="digits">Driver</th>
            <th scope="col" class="digits">Device</th>
            <th scope="col" class="digits">All</th>
          </tr>
        </thead>
        <tbody>
          ${rings.map(
            (ring) => html`
              <tr>
                <th scope="row">${ring.title}</th>
                <td class="digits">${grouped(ownedBy(ring, "driver"))}</td>
                <td class="digits">${grouped(ownedBy(ring, "device"))}</td>
                <td class="digits">${grouped(ring.size)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
      ${rings.map(stretchTable)}
    </div>
  `;
}

function stretchTable(ring: RingState): TemplateResult {
  return html`
    <table class="stretches">
      <caption>
        ${ring.title}
      </caption>
      <thead>
        <tr>
          <th scope="col">Slots</th>
          <th scope="col">Owner</th>
          <th scope="col">State</th>
          <th scope="col">Pointed to by</th>
        </tr>
      </thead>
      <tbody>
        ${stretchesOf(ring).map(
          (stretch) => html`
            <tr>
              <th scope="row">${rangeOf(stretch)}</th>
              <td>${stretch.owner}</td>
              <td>${stretch.state}</td>
              <td>${pointersInto(ring, stretch)}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}

/** The slots of a ring in stretches that are alike, in order. */
export function stretchesOf({ slots }: RingState): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { index, owner, state } of slots) {
    const last = stretches.at(-1);
    if (last?.owner === owner && last.state === state) last.last = index;
    else stretches.push({ first: index, last: index, owner, state });
  }
  return stretches;
}

function rangeOf({ first, last }: Stretch): string {
  return first === last ? `${first}` : `${first} – ${last}`;
}

function pointersInto({ markers, slots, unit, address }: RingState, stretch: Stretch): string {
  const first = slots[stretch.first];
  const last = slots[stretch.last];
  if (first === undefined || last === undefined) return "";
  const from = unit === "slot" ? stretch.first : first.address - address;
  const to = unit === "slot" ? stretch.last : last.address - address + last.byteCount - 1;
  return markers
    .filter(({ index }) => index >= from && index <= to)
    .map(({ name, index }) => `${name} (${index})`)
    .join(", ");
}
