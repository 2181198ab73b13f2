/** The tables behind an element's drawing as CSV (RFC 4180), one after another; empty without one. */
export function tablesToCsv(element: Element): string {
  const root = element.shadowRoot ?? element;
  return [...root.querySelectorAll("table")].map(tableToCsv).join("\r\n");
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
