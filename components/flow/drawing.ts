import { curveBumpX, curveStepAfter, line } from "d3-shape";
import { nothing, type SVGTemplateResult, svg } from "lit";
import { crossingLabels, exitNumbers } from "./crossing-label.ts";
import { LANES, toneOf } from "./lane.ts";
import type { FlowLayout, LaidHandOver, LaidMark } from "./layout.ts";
import { MARK_SHAPES, shapePath } from "./mark-shape.ts";
import type { FlowSpan } from "./span.ts";

/** From this distance of steps on, marks have their shapes; below, they are bars. */
const SHAPES_FROM_PX = 11;
const SPAN_HEIGHT_PX = 16;
const CHARACTER_PX = 6.6;

/** Everything of a drawing but the reader's place in it. */
export function drawFlow(layout: FlowLayout): SVGTemplateResult {
  const { width, lineY } = layout;
  return svg`
    <defs>
      <pattern id="stopped" width="6" height="6" patternUnits="userSpaceOnUse">
        <path class="hatch" d="M0,6 L6,0"></path>
      </pattern>
    </defs>
    ${drawLanes(layout)}
    ${drawStops(layout)}
    ${layout.spans.map((span) => drawSpan(layout, span))}
    ${layout.marks.map((mark) => drawStem(mark, layout))}
    ${layout.handOvers.filter((it) => !it.crosses).map((it) => drawHandOver(it, layout))}
    <line class="line" x1="0" x2=${width} y1=${lineY} y2=${lineY}></line>
    ${layout.handOvers.filter((it) => it.crosses).map((it) => drawHandOver(it, layout))}
    ${layout.marks.map((mark) => drawMark(mark, layout))}
    ${drawNumbers(layout)}
  `;
}

/** The reader's place: a rule through all lanes and a ring around the step's mark. */
export function drawCursor(layout: FlowLayout, step: number): SVGTemplateResult | typeof nothing {
  const mark = layout.marks[step];
  if (mark === undefined) return nothing;
  const half = Math.max(4, Math.min(layout.stepPx, 18) / 2);
  return svg`
    <g class="cursor">
      <rect x=${mark.x - half} width=${2 * half} y="0" height=${layout.height}></rect>
      <circle cx=${mark.x} cy=${mark.y} r=${half + 1}></circle>
    </g>
  `;
}

function drawLanes({ lanes, width }: FlowLayout): SVGTemplateResult[] {
  return lanes.map(
    ({ actor, y, used }) => svg`
      <line class="lane ${toneOf(actor)} ${used ? "used" : ""}" x1="0" x2=${width} y1=${y} y2=${y}></line>
    `,
  );
}

function drawStops({ stopped, x, lanes, lineY, stepPx }: FlowLayout): SVGTemplateResult[] {
  const top = (lanes[1]?.y ?? 0) - stepPx / 2;
  const y = Math.max(lanes[1]?.top ?? 0, Math.min(top, (lanes[1]?.y ?? 0) - 8));
  return stopped.map(
    ({ fromStep, toStep }) => svg`
      <rect class="stopped" x=${x(fromStep)} y=${y} width=${x(toStep) - x(fromStep)} height=${lineY - y}></rect>
    `,
  );
}

function drawSpan(layout: FlowLayout, span: FlowSpan): SVGTemplateResult | typeof nothing {
  const { x, stepPx, lanes, detailed } = layout;
  const lane = lanes[span.actor];
  if (lane === undefined) return nothing;
  const left = x(span.fromStep) - stepPx / 2 + 1;
  // Steps of a long run lie closer than the gap between two spans.
  const width = Math.max(1, x(span.toStep) - x(span.fromStep) + stepPx - 2);
  if (!detailed) {
    return svg`<rect class="span ${toneOf(span.actor)}" x=${left} y=${lane.y - 9} width=${width} height="18"></rect>`;
  }
  const y = lane.top + 4 + span.depth * (SPAN_HEIGHT_PX + 2);
  const fits = span.name.length * CHARACTER_PX + 8 <= width;
  return svg`
    <rect class="span ${toneOf(span.actor)}" x=${left} y=${y} width=${width} height=${SPAN_HEIGHT_PX}></rect>
    ${fits ? svg`<text class="span-name" x=${left + 4} y=${y + 12}>${span.name}</text>` : nothing}
  `;
}

/** A device's access to guest memory reaches up through the line. */
function drawStem(mark: LaidMark, { lineY, stepPx }: FlowLayout) {
  const name = MARK_SHAPES[mark.shape]?.name;
  if (name !== "dma-read" && name !== "dma-write") return nothing;
  const top = lineY - (stepPx < SHAPES_FROM_PX ? 4 : 7);
  return svg`
    <path class="stem" d=${`M${mark.x},${mark.y} V${top}`}></path>
    <circle class="stem-end" cx=${mark.x} cy=${top} r=${stepPx < SHAPES_FROM_PX ? 1.2 : 2}></circle>
  `;
}

const elbow = line().curve(curveStepAfter);
const bow = line().curve(curveBumpX);

function drawHandOver(handOver: LaidHandOver, { stepPx }: FlowLayout): SVGTemplateResult {
  const { kind, x1, y1, x2, y2, fromStep, toStep } = handOver;
  const down = y2 > y1;
  const isDense = stepPx < SHAPES_FROM_PX;
  const stop = kind === "exit" || kind === "entry" ? 0 : isDense ? 3 : 6;
  const tip = down ? y2 - stop : y2 + stop;
  const isFar = toStep - fromStep > 1;
  const path = (isFar ? bow : elbow)([
    [x1, y1],
    [x2, tip],
  ]);
  const size = isDense ? 3 : 4.5;
  const head = down
    ? `M${x2},${tip} l${-size},${-1.6 * size} h${2 * size}z`
    : `M${x2},${tip} l${-size},${1.6 * size} h${2 * size}z`;
  return svg`
    <g class="hand-over ${kind} ${isFar ? "far" : ""}">
      <path class="way" d=${path}></path>
      ${isFar ? nothing : svg`<path class="head" d=${head}></path>`}
    </g>
  `;
}

function drawMark(mark: LaidMark, { stepPx }: FlowLayout) {
  const { shape, actor, x, y } = mark;
  const kind = MARK_SHAPES[shape];
  if (kind === undefined) return nothing;
  const tone = toneOf(actor);
  const outline = kind.hollow === true ? "hollow" : "";
  if (stepPx < SHAPES_FROM_PX) {
    const tall = kind.name === "copy" || kind.name === "frame" ? 8 : 4.5;
    const width = Math.max(1.5, Math.min(5, stepPx - 1.5));
    return svg`<rect class="mark ${tone} ${kind.name}" x=${x - width / 2} y=${y - tall} width=${width} height=${2 * tall}></rect>`;
  }
  const size = Math.min(13, stepPx - 3);
  const turn = kind.turned === true ? " rotate(180)" : "";
  return svg`
    <path
      class="mark ${tone} ${kind.name} ${outline}"
      d=${shapePath(kind, size)}
      transform=${`translate(${x},${y})${turn}`}
    ></path>
  `;
}

function drawNumbers(layout: FlowLayout): SVGTemplateResult {
  const { lineY, detailed } = layout;
  const radius = detailed ? 9 : 8;
  const labels = detailed ? crossingLabels(layout) : [];
  return svg`
    ${exitNumbers(layout, 2 * radius).map(
      ({ x, text }) => svg`
        <circle class="number-ground" cx=${x} cy=${lineY} r=${radius}></circle>
        <text class="number" x=${x} y=${lineY + 4}>${text}</text>
      `,
    )}
    ${labels.map(({ x, text }) => svg`<text class="cause" x=${x} y=${lineY + 14}>${text}</text>`)}
  `;
}

/** The lanes' names, for the column left of a drawing. */
export function drawLaneLabels({ lanes, lineY }: FlowLayout, widthPx: number): SVGTemplateResult {
  return svg`
    ${lanes.map(
      ({ actor, y, used }) => svg`
        <text class="lane-label ${toneOf(actor)} ${used ? "used" : ""}" x="0" y=${y + 4}>
          ${LANES[actor]?.label}
        </text>
      `,
    )}
    <line class="line" x1="0" x2=${widthPx} y1=${lineY} y2=${lineY}></line>
    <text class="line-label" x="0" y=${lineY - 7}>guest</text>
    <text class="line-label" x="0" y=${lineY + 16}>host</text>
  `;
}
