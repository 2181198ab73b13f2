import { html, type TemplateResult } from "lit";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { toneOf } from "../flow/lane.ts";
import { depthOf, eventHeads, eventText, type TimeUnit } from "./event-text.ts";
import type { RowWindow } from "./row-window.ts";
import type { ShownRows } from "./shown-rows.ts";

/** What the grid is made of. */
export interface GridContent {
  readonly run: ExplorerRun;
  readonly unit: TimeUnit;
  readonly row: number;
  readonly shown: ShownRows;
  /** The matches, where rows that are none are shown as well, fainter. */
  readonly faint: ShownRows | undefined;
  readonly window: RowWindow;
  readonly pressed: (event: KeyboardEvent) => void;
  readonly clicked: (row: number) => void;
}

/** What is longer than this is set smaller, to stand in its line whole. */
const LONG_CHARACTERS = 78;

/** The rows in view as a grid that tells how many there are in all. */
export function eventGrid(content: GridContent): TemplateResult {
  const { unit, shown, row, window } = content;
  const first = window.firstPlace;
  const places = Array.from({ length: Math.max(0, window.drawnRows) }, (_, at) => first + at);
  const selected = shown.placeOf(row);
  const isDrawn = selected >= first && selected < first + places.length;
  return html`
    <div
      class=${`viewport ${window.shape}`}
      role="grid"
      tabindex="0"
      aria-label="Events"
      aria-rowcount=${shown.length + 1}
      aria-colcount="7"
      aria-activedescendant=${isDrawn ? `row-${row}` : ""}
      @keydown=${content.pressed}
      @scroll=${window.scrolled}
    >
      <div class="content" role="presentation">
        <div class="head line" role="row" aria-rowindex="1">
          ${Object.entries(eventHeads(unit)).map(
            ([name, head]) => html`<span class=${name} role="columnheader">${head}</span>`,
          )}
        </div>
        <div class="rows" role="rowgroup">
          ${places.map((place) => eventRow(content, place))}
        </div>
      </div>
    </div>
  `;
}

function eventRow(content: GridContent, place: number): TemplateResult {
  const { run, unit, shown, faint, clicked } = content;
  const row = shown.at(place);
  const text = eventText(run, row, unit);
  const isSelected = row === content.row;
  const isFaint = faint !== undefined && !faint.has(row);
  const classes = `line ${isSelected ? "selected" : ""} ${isFaint ? "faint" : ""}`;
  const isLong = text.what.length > LONG_CHARACTERS;
  return html`
      <div
        id=${`row-${row}`}
        class=${classes}
        role="row"
        aria-rowindex=${place + 2}
        aria-selected=${isSelected}
        @click=${() => clicked(row)}
      >
        <span class="number" role="gridcell">${text.number}</span>
        <span class="time" role="gridcell">${text.time}</span>
        <span class="duration" role="gridcell">${text.duration}</span>
        <span class=${`who ${toneOf(run.trace.actor[row] ?? 0)}`} role="gridcell">${text.who}</span>
        <span
          class=${`what depth-${depthOf(run, row)} ${isLong ? "long" : ""}`}
          role="gridcell"
          title=${text.what}
        ><span>${text.what}</span></span>
        <span class="packet" role="gridcell">${text.packet}</span>
        <span class="cost" role="gridcell">${text.cost}</span>
      </div>
  `;
}
