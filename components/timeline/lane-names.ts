import { type SVGTemplateResult, svg } from "lit";
import { linePitch, type TimelineLayout } from "./layout.ts";

/** The lanes' names beside them, by resource; in several lines where the drawing is narrow. */
export function laneNames(layout: TimelineLayout): SVGTemplateResult {
  const { namesPx, lanes, groups, fontPx, cyclesTop, cyclesBottom } = layout;
  const right = namesPx - 12;
  const pitch = linePitch(fontPx);
  return svg`
    ${groups.map(
      ({ top, bottom }) => svg`
        <path class="bracket" d=${`M${namesPx - 2},${top + 3}h-4V${bottom - 4}h4`}></path>
      `,
    )}
    ${lanes.map(({ lane, top, height, nameLines }) => {
      const middle = top + height / 2 + fontPx / 3;
      const first = middle - ((nameLines.length - 1) * pitch) / 2;
      return nameLines.map(
        ({ text, isResource }, line) => svg`
          <text
            class=${isResource ? "resource-name" : `lane-name ${lane.tone}`}
            x=${right}
            y=${first + line * pitch}
          >${text}</text>
        `,
      );
    })}
    <text class="resource-name" x=${right} y=${(cyclesTop + cyclesBottom) / 2 + fontPx / 3}>Cycles</text>
  `;
}
