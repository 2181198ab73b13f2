import type { Page } from "playwright-core";

/**
 * All that a page shows but for what it says is wrong: its text, shadow trees included, what its
 * controls are set to, and its address.
 */
export async function pageText(page: Page): Promise<string> {
  const text = await page.evaluate(shownText);
  return `${page.url()}\n${text}`;
}

/** It runs in the page. */
function shownText(): string {
  const lines: string[] = [];
  const visit = (node: Node): void => {
    if (node instanceof Text && node.data.trim() !== "") lines.push(node.data.trim());
    if (node instanceof Element) {
      if (node.matches("script, style, [role=alert]")) return;
      if (node instanceof HTMLInputElement)
        lines.push(`${node.name}: ${node.value} ${node.checked}`);
      if (node instanceof HTMLSelectElement) lines.push(`${node.name}: ${node.value}`);
      for (const name of ["aria-disabled", "aria-pressed", "aria-selected", "disabled"]) {
        if (node.hasAttribute(name)) lines.push(`${name} ${node.getAttribute(name)}`);
      }
      for (const child of node.shadowRoot?.childNodes ?? []) visit(child);
    }
    for (const child of node.childNodes) visit(child);
  };
  visit(document.body);
  return lines.join("\n");
}
