import { html, nothing, type TemplateResult } from "lit";
import { LANES } from "../flow/lane.ts";
import type { LineView, SectionView } from "./layout.ts";
import { struck } from "./line-rows.ts";
import { valueText } from "./value-text.ts";

/** The line that names a section, says what the row changed in it, and opens it. */
export function sectionHead(view: SectionView, toggle: (id: string) => void): TemplateResult {
  const { spec, open, changedCount } = view;
  const lane = LANES[spec.actor];
  return html`
    <h3 class=${`${lane?.tone ?? "wire"} ${changedCount > 0 ? "changed" : ""}`}>
      <button
        class="head"
        aria-expanded=${open}
        aria-controls=${`body-${spec.id}`}
        @click=${() => toggle(spec.id)}
      >
        ${arrow()}
        <span class="title">${spec.title}</span>
        <span class="actor">${lane?.label ?? ""}</span>
        <span class="summary">${changedCount > 0 ? summary(view) : nothing}</span>
      </button>
    </h3>
  `;
}

/** The same for a part that is drawn from several sections. */
export function extraHead(
  id: string,
  title: string,
  summaryText: string,
  open: boolean,
  toggle: (id: string) => void,
): TemplateResult {
  return html`
    <h3 class="wire">
      <button class="head" aria-expanded=${open} aria-controls=${`body-${id}`} @click=${() => toggle(id)}>
        ${arrow()}
        <span class="title">${title}</span>
        <span></span>
        <span class="summary">${summaryText}</span>
      </button>
    </h3>
  `;
}

function arrow(): TemplateResult {
  return html`<svg class="arrow" aria-hidden="true" width="10" height="10" viewBox="0 0 10 10">
    <path d="M2 1L8 5L2 9Z"></path>
  </svg>`;
}

function summary({ spec, changedCount, changes }: SectionView): TemplateResult {
  const shown = changes.reduce((sum, { line }) => sum + line.changed.filter(Boolean).length, 0);
  return html`<strong>${changedCount} changed</strong>${changes.map(
    (change) => html`<span class="change">${changeText(spec.kind === "table", change)}</span>`,
  )}${shown < changedCount ? html`<span class="change">…</span>` : nothing}`;
}

/** A line and its new and old value; of a table's line that came or went, that it did. */
function changeText(isTable: boolean, { spec, line }: LineView): unknown {
  const column = Math.max(0, line.changed.indexOf(true));
  const before = line.before[column];
  const value = line.values[column];
  if (isTable && value === undefined) return html`<s>${line.name}</s> removed`;
  if (isTable && before === undefined) return `${line.name} added`;
  return html`${line.name} ${valueText(value, spec)}
    ${before === undefined ? nothing : struck(valueText(before, spec))}`;
}
