import { html, svg, type TemplateResult } from "lit";
import { type MarkShape, shapePath } from "./mark-shape.ts";

/** A shape with its meaning, as a line of a key. */
export function shapeKey(shape: MarkShape, sizePx: number): TemplateResult {
  return html`
    <li>
      <svg width="14" height="14" aria-hidden="true">
        ${svg`<path
          class=${`mark ${shape.hollow === true ? "hollow" : ""}`}
          d=${shapePath(shape, sizePx)}
          transform=${`translate(7,7)${shape.turned === true ? " rotate(180)" : ""}`}
        ></path>`}
      </svg>
      ${shape.label}
    </li>
  `;
}
