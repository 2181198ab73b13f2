import { html, type TemplateResult } from "lit";
import { closeOnEscape, closeWhenLeft } from "../fold.ts";

/** Controls that fold out of the bar; Escape and going elsewhere fold them in. */
export function menu(
  id: string,
  label: string | TemplateResult,
  content: TemplateResult,
): TemplateResult {
  return html`
    <details class="menu" id="menu-${id}" @keydown=${closeOnEscape} @focusout=${closeWhenLeft}>
      <summary>${label}</summary>
      <div class="menu-content">${content}</div>
    </details>
  `;
}
