import { html, type TemplateResult } from "lit";

/** Controls that fold out of the bar; Escape and going elsewhere fold them in. */
export function menu(id: string, label: string, content: TemplateResult): TemplateResult {
  return html`
    <details class="menu" id="menu-${id}" @keydown=${closeOnEscape} @focusout=${closeWhenLeft}>
      <summary>${label}</summary>
      <div class="menu-content">${content}</div>
    </details>
  `;
}

function closeOnEscape(event: KeyboardEvent): void {
  const { currentTarget: details } = event;
  if (event.key !== "Escape" || !(details instanceof HTMLDetailsElement)) return;
  details.open = false;
  details.querySelector("summary")?.focus();
}

/** Folds in when the reader goes on elsewhere: it lies over the views. */
function closeWhenLeft({ currentTarget: details, relatedTarget }: FocusEvent): void {
  if (!(details instanceof HTMLDetailsElement) || !(relatedTarget instanceof Node)) return;
  if (!details.contains(relatedTarget)) details.open = false;
}
