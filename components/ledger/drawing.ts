import { svg, type SVGTemplateResult } from "lit";
import { figure } from "../range-text.ts";
import { LEVEL_PX, type LedgerBox, type LedgerLayout } from "./layout.ts";

const CHARACTER_PX = 7;
const INSET_PX = 8;

/** The patterns of how prices are known; what is measured has none. */
export function drawEvidencePatterns(): SVGTemplateResult {
  return svg`
    <defs>
      <pattern id="assumed" width="6" height="6" patternUnits="userSpaceOnUse">
        <path class="pattern" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"></path>
      </pattern>
      <pattern id="derived" width="8" height="8" patternUnits="userSpaceOnUse">
        <path class="pattern" d="M0 4H8"></path>
      </pattern>
      <pattern id="specified" width="8" height="8" patternUnits="userSpaceOnUse">
        <circle class="dot" cx="4" cy="4" r="1"></circle>
      </pattern>
    </defs>`;
}

/** A piece: its colour, how it is known, its name and cycles where they fit. */
export function drawBox({ node, x, y, width }: LedgerBox, typeScale: number): SVGTemplateResult {
  const isLeaf = node.children.length === 0;
  const seen = Math.max(1, width - 1);
  const room = Math.floor((width - 2 * INSET_PX) / (CHARACTER_PX * typeScale));
  // A name that does not fit is cut by the piece's edge: in full, it is what the label says.
  const name = node.label.length <= room || room >= 4 ? node.label : "";
  const cycles = figure(node.cycles.typical);
  const evidence = isLeaf && node.evidence !== "measured" ? `url(#${node.evidence})` : "none";
  return svg`
    <rect class=${isLeaf ? "area leaf" : "area"} x=${x} y=${y} width=${seen} height=${LEVEL_PX - 1}></rect>
    <rect fill=${evidence} x=${x} y=${y} width=${seen} height=${LEVEL_PX - 1}></rect>
    ${name === "" ? "" : svg`<svg class="clip" x=${x} y=${y} width=${seen} height=${LEVEL_PX}><text class="name" x=${INSET_PX} y="17">${name}</text></svg>`}
    ${cycles.length <= room ? svg`<text class="cycles" x=${x + INSET_PX} y=${y + 35}>${cycles}</text>` : ""}
    <rect class="outline" x=${x + 1} y=${y + 1} width=${Math.max(1, width - 3)} height=${LEVEL_PX - 3}></rect>`;
}

/** The range of a piece below the drawing, on the linear scale that its beginning starts. */
export function drawRange(
  { widthPx, heightPx, boxes }: LedgerLayout,
  box: LedgerBox,
): SVGTemplateResult {
  const all = boxes[0]?.node.cycles.typical ?? 0;
  if (all === 0) return svg``;
  const pxPerCycle = widthPx / all;
  const { low, typical, high } = box.node.cycles;
  const at = (cycles: number) => Math.min(widthPx - 1, Math.max(1, box.x + cycles * pxPerCycle));
  const y = heightPx + 10;
  const isCut = box.x + high * pxPerCycle > widthPx;
  const end = isCut
    ? `M${at(high) - 5} ${y - 4}L${at(high)} ${y}L${at(high) - 5} ${y + 4}`
    : `M${at(high)} ${y - 5}V${y + 5}`;
  return svg`
    <path class="whisker" d=${`M${at(low)} ${y - 5}V${y + 5}M${at(low)} ${y}H${at(high)}${end}`}></path>
    <circle class="typical" cx=${at(typical)} cy=${y} r="3.5"></circle>`;
}
