import type { AlignedLine, AlignedPhase } from "#engine";
import { html, type TemplateResult } from "lit";
import { grouped } from "../number-text.ts";
import { isDivergence, isMark, type ListItem } from "./item.ts";

/** Rows that are drawn above and below those in view. */
const MARGIN_ROWS = 8;

/** What of a list is drawn: rows from `first` up to `end`, not included. */
export interface ShownRows {
  readonly first: number;
  readonly end: number;
}

/** The rows in view, and some around them. */
export function shownRows(
  scrollPx: number,
  viewPx: number,
  rowPx: number,
  count: number,
): ShownRows {
  const first = Math.max(0, Math.floor(scrollPx / rowPx) - MARGIN_ROWS);
  const end = Math.min(count, Math.ceil((scrollPx + viewPx) / rowPx) + MARGIN_ROWS);
  return { first: Math.min(first, end), end };
}

/** The rows of the list that are in view. */
export function listRows(
  { lines }: AlignedPhase,
  items: readonly ListItem[],
  { first, end }: ShownRows,
  current: number,
  choose: (item: number) => void,
): readonly TemplateResult[] {
  return items.slice(first, end).map((item, index) => {
    const at = first + index;
    const line = lines[item.from] as AlignedLine;
    return html`
      <div
        id=${`row-${at}`}
        role="row"
        aria-rowindex=${at + 2}
        aria-selected=${at === current}
        class=${`row ${at === current ? "current" : ""} ${rowClass(item, line)}`}
        @click=${() => choose(at)}
      >
        ${item.fold === "" ? cells(line) : foldCell(item)}
      </div>
    `;
  });
}

/** A line in one sentence, whole: what the list cuts short. */
export function lineSentence(file: string, { fold, from }: ListItem, line: AlignedLine): string {
  // A moment that the recording tells of without a line of its own.
  if (isMark(line) && line.line === 0) return `Here ${line.recorded}.`;
  const place = line.line > 0 ? `${file}, line ${grouped(line.line)}` : "The engine alone";
  if (fold !== "") return `${place}: ${fold}.`;
  const inside = line.place === "" ? "" : `, in ${line.place}`;
  const own = line.row < 0 ? "" : `, row ${grouped(line.row)}`;
  switch (line.status) {
    case "equal":
      return `${place}${inside}: ${line.recorded}. The engine${own}: the same.`;
    case "differs":
      return `${place}${inside}: ${line.recorded}. The engine${own}: ${line.engine}. What differs: ${line.note}.`;
    case "recorded":
      return `${place}${inside}: ${line.recorded}. The engine does not do it here.`;
    case "engine":
      return `Only the engine${own}${inside}: ${line.engine}.`;
    default: {
      const why = line.note === "" ? "" : ` Not compared: ${line.note}.`;
      return from < 0 ? "" : `${place}${inside}: ${line.recorded}.${why}`;
    }
  }
}

function rowClass({ fold }: ListItem, line: AlignedLine): string {
  if (fold !== "") return "fold";
  if (isMark(line)) return "mark";
  return isDivergence(line) ? `apart ${line.status}` : line.status;
}

function cells(line: AlignedLine): TemplateResult {
  const isSame = line.status === "equal";
  return html`
    <span role="gridcell" class="margin">${marginText(line)}</span>
    <span role="gridcell" class="number">${line.line > 0 ? grouped(line.line) : ""}</span>
    <span role="gridcell" class="text recorded">${line.recorded}</span>
    <span role="gridcell" class=${isSame ? "text engine same" : "text engine"}>${line.engine}</span>
  `;
}

function marginText(line: AlignedLine): string {
  if (line.status === "differs") return "differs";
  if (line.status === "recorded") return "recorded only";
  return line.status === "engine" ? "engine only" : "";
}

function foldCell({ fold, isOpen }: ListItem): TemplateResult {
  return html`<span role="gridcell" class="folded" aria-expanded=${isOpen}>${isOpen ? "▾" : "▸"} ${fold}</span>`;
}
