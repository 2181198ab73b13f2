import { EVIDENCE } from "#engine";
import { html, svg, type TemplateResult } from "lit";
import { allNodes, type LedgerNode } from "./ledger-node.ts";

/** What the patterns mean, as far as they occur. */
export function evidenceKey(tree: LedgerNode): TemplateResult {
  const leaves = allNodes(tree).filter(({ id, children }) => id !== "" && children.length === 0);
  const used = EVIDENCE.filter((one) => leaves.some(({ evidence }) => evidence === one));
  return html`
    <ul class="key" aria-label="How prices are known">
      ${used.map(
        (one) => html`
          <li class="wire">
            <svg class="swatch" aria-hidden="true">
              ${svg`<rect class="area leaf" width="22" height="14"></rect>
                <rect fill=${one === "measured" ? "none" : `url(#${one})`} width="22" height="14"></rect>`}
            </svg>
            ${one}
          </li>
        `,
      )}
    </ul>
  `;
}
