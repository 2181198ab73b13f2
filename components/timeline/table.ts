import { html, type TemplateResult } from "lit";
import { predicateOf } from "../sentence/predicate.ts";
import { subjectOf } from "../sentence/subject.ts";
import { grouped } from "../number-text.ts";
import { figure, percentText } from "../range-text.ts";
import { laneOfRow } from "./lane-order.ts";
import { rowsInView } from "./row-boxes.ts";
import type { RowIndex } from "./row-index.ts";
import { type Scene, stretchInView } from "./scene.ts";
import { momentText } from "./time-text.ts";

const ROWS_SHOWN_MAX = 200;

/** What a lane did in the stretch in view. */
export interface LaneTotals {
  readonly lane: number;
  readonly busyCycles: number;
  readonly polledCycles: number;
  readonly rows: number;
  readonly exits: number;
}

/** Busy cycles and rows of each lane in view; the rows are those that begin in it. */
export function laneTotals(scene: Scene, index: RowIndex): LaneTotals[] {
  const { from, to } = stretchInView(scene);
  return index.order.lanes.map(({ index: lane }) => ({
    lane,
    busyCycles: index.busyCycles(lane, from, to),
    polledCycles: index.polledUntil(lane, to) - index.polledUntil(lane, from),
    rows: index.rowCount(lane, from, to),
    exits: index.exitCount(lane, from, to),
  }));
}

/** The rows that begin in view, in the order of time, the first of them. */
export function firstRows(scene: Scene, index: RowIndex): number[] {
  const { from, to } = stretchInView(scene);
  const { trace, data } = index;
  const found = index.order.lanes.flatMap(({ index: lane }) => {
    const first = index.entryAfter(lane, from);
    const end = Math.min(index.entryAfter(lane, to), first + ROWS_SHOWN_MAX);
    return Array.from(data.rows.subarray(first, end));
  });
  const start = (row: number) => trace.startCycles[row] as number;
  return found
    .sort((one, other) => start(one) - start(other) || one - other)
    .slice(0, ROWS_SHOWN_MAX);
}

/** The tables behind the drawing: lanes with their sums, and the rows in view. */
export function tables(
  scene: Scene,
  index: RowIndex,
  row: number,
  choose: (row: number) => void,
): TemplateResult {
  const { from, to } = stretchInView(scene);
  const count = rowsInView(index, from, to);
  return html`
    <div class="table-scroller" tabindex="0" role="region" aria-label="Table of the lanes in view">
      ${laneTable(scene, index, to - Math.max(from, scene.map.fromCycles))}
    </div>
    <div class="table-scroller rows" tabindex="0" role="region" aria-label="Table of the rows in view">
      ${rowTable(scene, index, row, count, choose)}
    </div>
  `;
}

function laneTable(scene: Scene, index: RowIndex, spanCycles: number): TemplateResult {
  const totals = laneTotals(scene, index);
  const sum = (of: (one: LaneTotals) => number) => totals.reduce((all, one) => all + of(one), 0);
  const hasPolls = totals.some(({ polledCycles }) => polledCycles > 0);
  return html`
    <table>
      <caption>Lanes in view, in typical cycles</caption>
      <thead>
        <tr>
          <th scope="col">On</th>
          <th scope="col">Whose code</th>
          <th scope="col" class="digits">busy cycles</th>
          <th scope="col" class="digits">of the time</th>
          ${hasPolls ? html`<th scope="col" class="digits">polls that found nothing</th>` : ""}
          <th scope="col" class="digits">rows</th>
          <th scope="col" class="digits">VM exits</th>
        </tr>
      </thead>
      <tbody>
        ${totals.map(({ lane, busyCycles, polledCycles, rows, exits }) => {
          const of = index.order.lanes[lane];
          return html`
            <tr>
              <th scope="row">${of?.resourceLabel}</th>
              <td class=${`whose ${of?.tone ?? ""}`}>${of?.label}</td>
              <td class="digits">${grouped(Math.round(busyCycles))}</td>
              <td class="digits">${percentText(busyCycles / spanCycles)}</td>
              ${hasPolls ? html`<td class="digits">${grouped(Math.round(polledCycles))}</td>` : ""}
              <td class="digits">${grouped(rows)}</td>
              <td class="digits">${exits === 0 ? "" : grouped(exits)}</td>
            </tr>
          `;
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colspan="2">All lanes</th>
          <td class="digits">${grouped(Math.round(sum((one) => one.busyCycles)))}</td>
          <td></td>
          ${hasPolls ? html`<td class="digits">${grouped(Math.round(sum((one) => one.polledCycles)))}</td>` : ""}
          <td class="digits">${grouped(sum((one) => one.rows))}</td>
          <td class="digits">${grouped(sum((one) => one.exits))}</td>
        </tr>
      </tfoot>
    </table>
  `;
}

function rowTable(
  scene: Scene,
  index: RowIndex,
  chosen: number,
  count: number,
  choose: (row: number) => void,
): TemplateResult {
  const { run, map } = scene;
  const shown = firstRows(scene, index);
  const { trace, order } = index;
  return html`
    <table>
      <caption>
        ${
          shown.length < count
            ? `The first ${grouped(shown.length)} of ${grouped(count)} rows in view`
            : `The ${grouped(count)} rows in view`
        }
      </caption>
      <thead>
        <tr>
          <th scope="col" class="digits">row</th>
          <th scope="col" class="digits">µs</th>
          <th scope="col" class="digits">cycles</th>
          <th scope="col">on</th>
          <th scope="col">what happens</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map((row) => {
          const lane = order.lanes[laneOfRow(order, trace, row)];
          const start = (trace.startCycles[row] as number) - map.fromCycles;
          const cycles = trace.durationCycles[row] as number;
          return html`
            <tr class=${row === chosen ? "current" : ""}>
              <td class="digits">
                <button aria-current=${row === chosen} @click=${() => choose(row)}>${grouped(row)}</button>
              </td>
              <td class="digits">${momentText(start, run.cyclesPerMicrosecond)}</td>
              <td class="digits">${cycles === 0 ? "" : figure(cycles)}</td>
              <td>${lane?.resourceLabel}</td>
              <td><span class=${`whose ${lane?.tone ?? ""}`}>${subjectOf(run, row)}</span> ${predicateOf(run, row)}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}
