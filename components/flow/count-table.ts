import { html, nothing, type TemplateResult } from "lit";
import { byteText, grouped, mean } from "../number-text.ts";
import { COUNT_LINES } from "./row-count.ts";
import type { FlowRun } from "./flow-run.ts";
import type { PacketStory } from "./story.ts";

/** The counts beside a drawing: this packet's, and the run's in all and per packet. */
export function countTable(run: FlowRun, { packet, counts }: PacketStory): TemplateResult {
  const { totals, packetCount } = run;
  const several = packetCount > 1;
  return html`
    <table class="counts">
      <caption>
        What was counted${
          several
            ? "; a step that belongs to no packet alone counts with the packet before it"
            : nothing
        }
      </caption>
      <thead>
        <tr>
          <td></td>
          <th scope="col">${several ? `packet ${grouped(packet)}` : "this packet"}</th>
          ${
            several
              ? html`<th scope="col">all ${grouped(packetCount)}</th><th scope="col">per packet</th>`
              : nothing
          }
        </tr>
      </thead>
      <tbody>
        ${COUNT_LINES.map(
          ({ label, count, bytes }) => html`
            <tr class=${label === "VM exits" ? "exits" : ""}>
              <th scope="row">${label}</th>
              <td class="digits">
                ${grouped(count(counts))}${
                  bytes && count(counts) > 0
                    ? html` <small>${byteText(bytes(counts))}</small>`
                    : nothing
                }
              </td>
              ${
                several
                  ? html`<td class="digits">${grouped(count(totals))}</td>
                    <td class="digits">${mean(count(totals), packetCount)}</td>`
                  : nothing
              }
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
