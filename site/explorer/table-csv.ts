/** The tables behind an element's drawing as CSV (RFC 4180), one after another; empty without one. */
export function tablesToCsv(element: Element): string {
  const root = element.shadowRoot ?? element;
  return [...root.querySelectorAll("table")].map(tableToCsv).join("\r\n");
}

/** The same with the tables that are drawn only when they are unfolded: they are, for as long as it takes. */
export async function openedTablesToCsv(view: Element): Promise<string> {
  const closed = [...(view.shadowRoot?.querySelectorAll("details") ?? [])].filter(
    (details) => !details.open,
  );
  await Promise.all(closed.map(unfold));
  if ("updateComplete" in view) await view.updateComplete;
  const csv = tablesToCsv(view);
  for (const details of closed) details.open = false;
  return csv;
}

/** Unfolds, and waits until the element has heard of it: a busy page may draw several frames before. */
function unfold(details: HTMLDetailsElement): Promise<void> {
  return new Promise((resolve) => {
    details.addEventListener("toggle", () => resolve(), { once: true });
    details.open = true;
  });
}

function tableToCsv(table: HTMLTableElement): string {
  const caption = table.caption?.textContent?.trim() ?? "";
  const rows = [...table.rows].map(({ cells }) => [...cells].map(textOf).join(","));
  return [...(caption === "" ? [] : [quoted(spaced(caption))]), ...rows, ""].join("\r\n");
}

function textOf(cell: HTMLTableCellElement): string {
  return quoted(spaced(cell.textContent ?? ""));
}

/** Thin spaces group digits on the screen; in a file they would make text of numbers. */
function spaced(text: string): string {
  return text
    .replace(/(?<=\d)[\u202f\u00a0](?=\d)/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
