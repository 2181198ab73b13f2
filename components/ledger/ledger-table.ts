import { html, type TemplateResult } from "lit";
import { figure, percentText, rangeText } from "../range-text.ts";
import { allNodes, type LedgerNode } from "./ledger-node.ts";

/** The same numbers as the drawing, a row for each piece, parts below their whole. */
export function ledgerTable(root: LedgerNode): TemplateResult {
  const all = root.cycles.typical;
  return html`
    <table>
      <caption>
        Typical cycles with their range; the parts of a whole add up to it. Ranges of independent
        prices add up to less than the sum of their widths.
      </caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col" class="digits">Cycles</th>
          <th scope="col" class="digits">Range</th>
          <th scope="col" class="digits">Share</th>
          <th scope="col" class="digits">Counted</th>
          <th scope="col">Known</th>
        </tr>
      </thead>
      <tbody>
        ${allNodes(root).map((node) => {
          const depth = node.id === "" ? 0 : node.id.split("/").length;
          const isLeaf = node.children.length === 0;
          const count = node.entries.reduce((sum, entry) => sum + entry.count, 0);
          return html`
            <tr class=${node.id === "" ? "all" : ""}>
              <th scope="row" class=${`depth-${depth}`}>${node.label}</th>
              <td class="digits">${figure(node.cycles.typical)}</td>
              <td class="digits range">${rangeText(node.cycles)}</td>
              <td class="digits">${all > 0 ? percentText(node.cycles.typical / all) : "–"}</td>
              <td class="digits">${isLeaf && node.id !== "" ? figure(count) : "–"}</td>
              <td>${isLeaf && node.id !== "" ? node.evidence : ""}</td>
            </tr>
          `;
        })}
      </tbody>
    </table>
  `;
}
