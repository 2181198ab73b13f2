import { html, nothing, type TemplateResult } from "lit";
import { LANES } from "../flow/lane.ts";
import type { SectionView } from "./layout.ts";

/** The line that names a section, says how much the row changed in it, and opens it. */
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
        <span class="summary">
          ${changedCount > 0 ? html`<strong>${changedCount} changed</strong>` : nothing}
        </span>
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
