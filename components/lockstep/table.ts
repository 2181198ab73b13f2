import { html, type TemplateResult } from "lit";
import { grouped } from "../number-text.ts";
import { figure, rangeText } from "../range-text.ts";
import type { AlignedPacket } from "./segment.ts";
import { MEASURES, type StepCounts } from "./step-counts.ts";

/** The alignment in numbers: a row for each stage and run; a run's rows add up to its last one. */
export function lockstepTable(
  packets: readonly AlignedPacket[],
  stageLabels: readonly string[],
  runLabels: readonly string[],
): TemplateResult {
  return html`
    <table>
      <caption>
        What each run does from a stage to the next one that it reaches. The counts of a run add up
        to its total; cycles are typical ones, and ranges do not add up, because errors are shared.
      </caption>
      ${tableHead()}
      <tbody>
        ${stageLabels.map((label, at) =>
          packets.map(({ segments }, run) => {
            const segment = segments[at];
            if (segment === undefined) return "";
            const name = runLabels[run] ?? "";
            if (segment.absent !== "") {
              return html`
                <tr>
                  <th scope="row">${label}</th>
                  <td>${name}</td>
                  <td colspan=${columnCount()} class="absent">${segment.absent}</td>
                </tr>
              `;
            }
            return html`
              <tr data-run=${run}>
                <th scope="row">${label}</th>
                <td>${name}</td>
                <td class="digits">${figure(segment.atMicroseconds)}</td>
                ${counts(segment.counts)}
                <td class="digits">${figure(segment.cycles.typical)}</td>
                <td class="digits range">${rangeText(segment.cycles)}</td>
              </tr>
            `;
          }),
        )}
      </tbody>
      ${tableFoot(packets, runLabels)}
    </table>
  `;
}

function counts(of: StepCounts): TemplateResult[] {
  return MEASURES.map(
    ({ count, bytes }) => html`
      <td class="digits count">${grouped(count(of))}</td>
      ${bytes === undefined ? "" : html`<td class="digits">${grouped(bytes(of))}</td>`}
    `,
  );
}

function columnCount(): number {
  return 3 + MEASURES.length + MEASURES.filter(({ bytes }) => bytes !== undefined).length;
}

function tableHead(): TemplateResult {
  return html`
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <th scope="col">Run</th>
          <th scope="col" class="digits">Reached at, µs</th>
          ${MEASURES.map(
            ({ label, bytes }) => html`
            <th scope="col" class="digits">${label}</th>
            ${bytes === undefined ? "" : html`<th scope="col" class="digits">Bytes</th>`}
          `,
          )}
          <th scope="col" class="digits">CPU cycles</th>
          <th scope="col" class="digits">Range</th>
        </tr>
      </thead>
  `;
}

function tableFoot(
  packets: readonly AlignedPacket[],
  runLabels: readonly string[],
): TemplateResult {
  return html`
      <tfoot>
        ${packets.map(
          (packet, run) => html`
            <tr data-total=${run}>
              <th scope="row">In all</th>
              <td>${runLabels[run] ?? ""}</td>
              <td class="digits">${figure(packet.latencyMicroseconds)}</td>
              ${counts(packet.counts)}
              <td class="digits">${figure(packet.cycles.typical)}</td>
              <td class="digits range">${rangeText(packet.cycles)}</td>
            </tr>
          `,
        )}
      </tfoot>
  `;
}
