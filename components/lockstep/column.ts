import { html, nothing, type TemplateResult } from "lit";
import type { ExplorerRun } from "../explorer/explorer-run.ts";
import { figure, withRange } from "../range-text.ts";
import { isNothing } from "./cell.ts";
import { cyclesText, differenceOf } from "./difference.ts";
import { drawLaneNames, LANE_NAMES_PX, letterOf, unbroken } from "./drawing.ts";
import type { LaneScale } from "./layout.ts";
import type { AlignedPacket } from "./segment.ts";
import { MEASURES, measureText } from "./step-counts.ts";

/** What stands above each column: the run's letter and name, and the names of its lanes. */
export function columnHeads(
  runs: readonly ExplorerRun[],
  labels: readonly string[],
  lanes: LaneScale,
): TemplateResult {
  return html`
    <div class="columns heads">
      <div class="stage-name"></div>
      ${runs.map(
        ({ title }, run) => html`
          <div>
            <p class="head-name">
              <strong><span class="letter">${letterOf(run)}</span>${labels[run]}</strong>
              ${labels[run] === unbroken(title) ? nothing : html`<span>${unbroken(title)}</span>`}
            </p>
            <svg aria-hidden="true" width=${lanes.width} height=${LANE_NAMES_PX}>
              ${drawLaneNames(lanes)}
            </svg>
          </div>
        `,
      )}
    </div>
  `;
}

/** What stands below each column: all that its packet took, and how it differs from the first. */
export function columnTotals(
  packets: readonly AlignedPacket[],
  captions: readonly string[],
): TemplateResult {
  return html`
    <div class="columns total">
      <p class="stage-name"><strong>In all</strong></p>
      ${packets.map((packet, run) => columnTotal(packets, packet, run, captions[run]))}
    </div>
  `;
}

function columnTotal(
  packets: readonly AlignedPacket[],
  packet: AlignedPacket,
  run: number,
  caption: string | undefined,
): TemplateResult {
  const first = packets[0] as AlignedPacket;
  const difference = run === 0 ? undefined : differenceOf(first, first, packet, packet);
  const { latencyMicroseconds: latency, counts } = packet;
  return html`
    <div class="facts">
      ${caption === undefined ? nothing : html`<p class="caption">${letterOf(run)} ${caption}</p>`}
      <ul>
        ${MEASURES.map((measure) => {
          const text = measureText(measure, counts);
          const differs = packets.some((it) => measure.count(it.counts) !== measure.count(counts));
          return text === "" ? nothing : html`<li class=${differs ? "differs" : ""}>${text}</li>`;
        })}
      </ul>
      <p class="cycles">${withRange(packet.cycles)} CPU cycles</p>
      <p class="cycles">
        ${Number.isNaN(latency) ? "It did not arrive." : `Arrives after ${figure(latency)}\u202fµs`}
      </p>
      ${
        difference === undefined || (isNothing(difference) && difference.texts.length === 0)
          ? nothing
          : html`
            <p class="difference">
              Against A: ${[...difference.texts, cyclesText(difference.cycles)].join(", ")}.
            </p>
          `
      }
    </div>
  `;
}
