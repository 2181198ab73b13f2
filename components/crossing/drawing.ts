import { nothing, type SVGTemplateResult, svg } from "lit";
import { byteText, grouped } from "../number-text.ts";
import { toneOf } from "../flow/lane.ts";
import { changesBox } from "./changes-box.ts";
import { crossingsText, mainCrossingText } from "./crossing-count.ts";
import type { Box, CrossingLayout, LaidBand, LaidBlock } from "./layout.ts";
import { pathOf, type Point } from "./route.ts";
import type { CrossingScene, LaidHop } from "./scene.ts";
import { fittedText, PADDING_PX, smallTextWidth } from "./text-fit.ts";

const HEAD_PX = 5;
const TOKEN_HEIGHT_PX = 17;
const TICK = { spacing: 11, height: 9 } as const;

/** Layers and the line: what stands behind the blocks. */
export function drawGround(scene: CrossingScene): SVGTemplateResult {
  const { layout } = scene;
  return svg`
    ${layout.bands.map((band) => drawBand(band, scene))}
    ${drawLine(scene)}
  `;
}

/** The way so far, the hand-over and the data: what stands between ground and blocks. */
export function drawWays(scene: CrossingScene): SVGTemplateResult {
  const { layout, trail, hop, move, access, writes } = scene;
  const { scale } = layout;
  return svg`
    ${trail.map(({ points, to }) => svg`<path class="trail ${toneOf(to.actor)}" d=${pathOf(points, scale)}></path>`)}
    ${
      move === undefined
        ? nothing
        : svg`<path class="move ${move.by}" d=${pathOf(move.points, scale)}></path>`
    }
    ${
      access.length === 0
        ? nothing
        : svg`
          <path class="access" d=${pathOf(access, scale)}></path>
          ${drawHead(writes ? access : access.toReversed(), "access-head", scale)}
        `
    }
    ${hop === undefined ? nothing : drawHop(hop, layout)}
  `;
}

function drawHop({ points, kind, crosses }: LaidHop, { scale }: CrossingLayout): SVGTemplateResult {
  return svg`
    <g class="hop ${kind} ${crosses ? "crosses" : ""}">
      <path class="way" pathLength="1" d=${pathOf(points, scale)}></path>
      ${drawHead(points, "head", scale)}
    </g>
  `;
}

function drawHead(points: readonly Point[], name: string, scale: number): SVGTemplateResult {
  const [x, y] = points.at(-1) ?? [0, 0];
  const [, before] = points.at(-2) ?? [0, 0];
  const size = HEAD_PX * scale;
  const back = y > before ? -size * 1.6 : size * 1.6;
  return svg`<path class=${name} d=${`M${x},${y} l${-size},${back} h${2 * size}z`}></path>`;
}

function drawBand(band: LaidBand, { layout, counts }: CrossingScene): SVGTemplateResult {
  const own = layout.blocks.filter(({ block }) => block.actor === band.actor);
  const used = own.some(({ block }) => counts.has(block.id));
  const middle = band.y + band.height / 2 + 4 * layout.scale;
  const edge = 6 * layout.scale;
  return svg`
    <rect
      class="band ${band.tone} ${used ? "used" : ""}"
      x="0" y=${band.y - edge} width=${layout.width} height=${band.height + 2 * edge}
    ></rect>
    ${
      own.length > 0
        ? nothing
        : svg`<text class="idle" x=${layout.right} y=${middle} text-anchor="end">${idleText(band)}</text>`
    }
  `;
}

function drawBandLabel(
  { actor, tone, label, labelX, labelY }: LaidBand,
  counts: CrossingScene["counts"],
  { blocks }: CrossingLayout,
): SVGTemplateResult {
  const used = blocks.some(({ block }) => block.actor === actor && counts.has(block.id));
  return svg`<text class="band-label ${tone} ${used ? "used" : ""}" x=${labelX} y=${labelY}>${label}</text>`;
}

/** Hardware is never beside the way: a frame that leaves passes the host's NIC. */
function idleText({ tone }: LaidBand): string {
  return tone === "hardware" ? "the host's NIC: no steps of its own" : "not on this packet's way";
}

function drawLine(scene: CrossingScene): SVGTemplateResult {
  const { layout, hasLine, crossings } = scene;
  const { lineY, width, scale, right } = layout;
  if (!hasLine) {
    return svg`
      <line class="no-line" x1="0" x2=${width} y1=${lineY} y2=${lineY}></line>
      <text class="idle" x=${right} y=${lineY - 5 * scale} text-anchor="end">
        ${fittedText(["no virtualization: there is no line to cross", "no line to cross"], right, scale)}
      </text>
    `;
  }
  const { ticks } = crossings;
  const labelX = layout.bands[0]?.labelX ?? 0;
  const spacing = Math.min(TICK.spacing * scale, (0.45 * width) / Math.max(1, ticks.length));
  const first = right - (ticks.length - 1) * spacing;
  const room = right - 50 * scale;
  return svg`
    <line class="line" x1="0" x2=${width} y1=${lineY} y2=${lineY}></line>
    <text class="line-label" x=${labelX} y=${lineY - 8 * scale}>guest</text>
    <text class="line-label" x=${labelX} y=${lineY + 18 * scale}>host</text>
    ${ticks.map(({ kind, past, now }, index) => {
      const half = (now ? 1.4 : 1) * TICK.height * scale * (kind === "exit" ? 1 : 0.7);
      const x = first + index * spacing;
      return svg`<line class="tick ${kind} ${past ? "past" : ""} ${now ? "now" : ""}"
        x1=${x} x2=${x} y1=${lineY - half} y2=${lineY + half}></line>`;
    })}
    <text class="crossings" x=${right} y=${lineY - 14 * scale} text-anchor="end">
      ${fittedText([crossingsText(crossings), mainCrossingText(crossings)], room, scale)}
    </text>
  `;
}

/** What of a block is not its own but the step's. */
export interface BlockState {
  readonly lit: boolean;
  readonly touched: boolean;
  readonly ghost: boolean;
  readonly times: number;
  readonly cycles: number;
  readonly changes: number;
}

/**
 * A block's shape and words.
 * @param words Where the hand-over's words stand, which the count of changes keeps clear of.
 */
export function drawBlock(
  laid: LaidBlock,
  state: BlockState,
  scale: number,
  words?: Box,
): SVGTemplateResult {
  const { block, x, y, width, height, title } = laid;
  const isMemory = block.kind === "memory";
  const text = countText(state, width, scale);
  return svg`
    ${state.ghost ? svg`<rect class="ghost" x=${x - 3} y=${y - 3} width=${width + 6} height=${height + 6}></rect>` : nothing}
    <rect class="body" x=${x} y=${y} width=${width} height=${height}></rect>
    ${isMemory ? drawSlots(laid, scale) : nothing}
    <text class="title" x=${x + PADDING_PX * scale} y=${y + (isMemory ? 18 : 16) * scale}>${title}</text>
    ${text === "" ? nothing : svg`<text class="count" x=${x + PADDING_PX * scale} y=${y + 32 * scale}>${text}</text>`}
    ${state.changes > 0 ? drawChanges(laid, state.changes, scale, words) : nothing}
  `;
}

/** A ring lies in memory: a strip of slots below its name. */
function drawSlots({ x, y, width, height }: LaidBlock, scale: number): SVGTemplateResult {
  const slot = 8 * scale;
  const count = Math.floor(width / slot);
  const bottom = y + height;
  const marks = Array.from({ length: Math.max(0, count - 1) }, (_, index) => {
    const at = x + ((index + 1) * width) / count;
    return `M${at},${bottom - 5 * scale} V${bottom}`;
  });
  return svg`<path class="slots" d=${marks.join(" ")}></path>`;
}

/** What a block did for the packet, as far as there is room. */
export function countText({ times, cycles }: BlockState, width: number, scale: number): string {
  if (times === 0) return "";
  const steps = `${grouped(times)} ${times === 1 ? "step" : "steps"}`;
  const both = `${steps}, ${grouped(Math.round(cycles))} cycles`;
  const texts = cycles < 0.5 ? [steps, String(times)] : [both, steps, String(times)];
  return fittedText(texts, width - 2 * PADDING_PX * scale, scale);
}

function drawChanges(
  laid: LaidBlock,
  changes: number,
  scale: number,
  words: Box | undefined,
): SVGTemplateResult {
  const text = changes > 99 ? "99+" : String(changes);
  const { x, y, width, height } = changesBox(laid, text.length, scale, words);
  return svg`
    <g class="changes">
      <rect x=${x} y=${y} width=${width} height=${height}></rect>
      <text x=${x + width / 2} y=${y + 13 * scale}>${text}</text>
    </g>
  `;
}

/** What stands above the blocks: the hand-over's words, and where the frame's bytes are. */
export function drawWords({ layout, label, hop, data, counts }: CrossingScene): SVGTemplateResult {
  const home = layout.blocks.find(({ block }) => block.id === data?.blockId);
  return svg`
    ${layout.bands.map((band) => drawBandLabel(band, counts, layout))}
    ${
      label === undefined
        ? nothing
        : svg`
          <rect class="label-ground" x=${label.box.x - 3} y=${label.box.y} width=${label.box.width + 6} height=${label.box.height}></rect>
          <text class="cause ${hop?.crosses === true ? "crosses" : ""}" x=${label.x} y=${label.y} text-anchor=${label.anchor}>${label.text}</text>`
    }
    ${home === undefined || data === undefined ? nothing : drawToken(home, data.bytes, layout)}
  `;
}

/** In a block of memory, where there is room, or at the edge of one with words of its own. */
function drawToken(
  { block, x, y, width, height }: LaidBlock,
  bytes: number,
  { scale, compact }: CrossingLayout,
): SVGTemplateResult {
  const isMemory = block.kind === "memory";
  const text = byteText(bytes);
  const room = smallTextWidth(text, scale) + 12 * scale;
  const at = x + width - room + (isMemory ? -3 : 4) * scale;
  const inside = compact ? y - 11 * scale : y + 3 * scale;
  const top = isMemory ? inside : y + height - 4 * scale;
  return svg`
    <g class="token">
      <rect x=${at} y=${top} width=${room} height=${TOKEN_HEIGHT_PX * scale}></rect>
      <text x=${at + room / 2} y=${top + 13 * scale}>${text}</text>
    </g>
  `;
}
