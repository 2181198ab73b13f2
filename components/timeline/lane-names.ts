import { type SVGTemplateResult, svg } from "lit";
import type { TimelineLayout } from "./layout.ts";

/** The lanes' names beside them, by resource; above them where the drawing is narrow. */
export function laneNames(layout: TimelineLayout): SVGTemplateResult {
  const { namesPx, isNarrow, lanes, groups, fontPx, cyclesTop, cyclesBottom } = layout;
  const right = namesPx - 12;
  if (isNarrow) {
    return svg`
      ${lanes.map(
        ({ lane, top }) => svg`
          <text class=${`lane-name ${lane.tone}`} x="4" y=${top + fontPx}>${lane.label}<tspan
            class="resource-name" dx="8">${lane.opensGroup ? lane.resourceName : ""}</tspan></text>
        `,
      )}
      <text class="resource-name" x="4" y=${cyclesTop - 8}>Cycles</text>
    `;
  }
  return svg`
    ${groups.map(
      ({ top, bottom }) => svg`
        <path class="bracket" d=${`M${namesPx - 2},${top + 3}h-4V${bottom - 4}h4`}></path>
      `,
    )}
    ${lanes.map(({ lane, top, height }) => {
      const middle = top + height / 2 + fontPx / 3;
      return svg`
        ${
          lane.opensGroup
            ? svg`<text class="resource-name" x=${right} y=${middle - fontPx * 0.62}>${lane.resourceName}</text>`
            : ""
        }
        <text
          class=${`lane-name ${lane.tone}`}
          x=${right}
          y=${lane.opensGroup ? middle + fontPx * 0.62 : middle}
        >${lane.label}</text>
      `;
    })}
    <text class="resource-name" x=${right} y=${(cyclesTop + cyclesBottom) / 2 + fontPx / 3}>Cycles</text>
  `;
}
