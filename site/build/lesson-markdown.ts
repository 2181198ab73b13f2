import { parseTemplate } from "@observablehq/notebook-kit";
import MarkdownIt from "markdown-it";

const RENDERER = new MarkdownIt({ html: true, typographer: true });

// Private-use characters pass through Markdown untouched.
const SLOT_OPEN = "\uE000";
const SLOT_CLOSE = "\uE001";
const ESCAPED_SLOT = "\uE002";
const LITERAL_SLOT = "&#36;{";

/**
 * Renders the Markdown of a cell to HTML at build time and leaves its `${expressions}` in place for
 * the page to fill; an escaped `\${` stays text. The page then needs no Markdown renderer.
 */
export function markdownToHtml(source: string): string {
  const { quasis } = parseTemplate(source);
  const slots: string[] = [];
  let text = "";
  let slotStart = 0;
  for (const { start, end } of quasis) {
    if (start > slotStart) {
      text += `${SLOT_OPEN}${slots.length}${SLOT_CLOSE}`;
      slots.push(source.slice(slotStart, start));
    }
    text += source.slice(start, end).replaceAll("\\${", ESCAPED_SLOT);
    slotStart = end;
  }
  const rendered = RENDERER.render(text)
    .replaceAll("${", LITERAL_SLOT)
    .replaceAll(ESCAPED_SLOT, LITERAL_SLOT);
  return rendered.replace(/\uE000(\d+)\uE001/g, (_, index) => slots[Number(index)] ?? "");
}

/** Whether Markdown has `${expressions}` that must be filled when the page is read. */
export function hasExpressions(source: string): boolean {
  return parseTemplate(source).expressions.length > 0;
}
