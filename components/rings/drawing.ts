import type { RingMarker, RingState } from "#engine";
import { nothing, svg, type SVGTemplateResult } from "lit";
import { chainOf, type RingLayout, type SlotPlace } from "./layout.ts";
import type { RoundLayout, RoundMarker } from "./round-layout.ts";
import { cellOf, markerText, type StripLayout } from "./strip-layout.ts";

/** Letters of a marker and its value that fit into one line beside a round ring. */
const LINE_LETTERS = 12;

/** What is chosen in a ring, and what belongs to it. */
export interface Marked {
  /** Index of the chosen slot, or -1. */
  readonly chosen: number;
  readonly linked: readonly number[];
}

/** What of a choice lies in a ring. */
export function markedIn(id: string, chosen: SlotPlace, linked: readonly SlotPlace[]): Marked {
  return {
    chosen: chosen.ring === id ? chosen.index : -1,
    linked: linked.filter(({ ring }) => ring === id).map(({ index }) => index),
  };
}

/** Draws a ring. */
export function drawRing(ring: RingState, layout: RingLayout, marked: Marked): SVGTemplateResult {
  return layout.kind === "round"
    ? drawRound(ring, layout, marked)
    : drawStrip(ring, layout, marked);
}

function drawRound(ring: RingState, layout: RoundLayout, marked: Marked): SVGTemplateResult {
  const { widthPx, middlePx } = layout;
  return svg`<g transform="translate(${widthPx / 2} ${middlePx})">
    ${layout.slots.map(
      ({ slot, look, path, edge }) => svg`
        <path class="slot ${look}" d=${path} data-index=${slot.index}></path>
        ${slot.changed ? svg`<path class="changed" d=${edge}></path>` : null}`,
    )}
    ${layout.slots
      .filter(({ slot }) => marked.linked.includes(slot.index))
      .map(({ path }) => svg`<path class="linked" d=${path}></path>`)}
    ${layout.slots
      .filter(({ slot }) => slot.index === marked.chosen)
      .map(({ path }) => svg`<path class="chosen" d=${path}></path>`)}
    ${layout.markers.map(drawRoundMarker)}
    <text class="middle" y="-2">${ring.unit === "byte" ? ring.size / 1024 : ring.size}</text>
    <text class="middle unit" y="14">${ring.unit === "byte" ? "KiB" : "slots"}</text>
  </g>`;
}

function drawRoundMarker({ markers, tip, foot, label, anchor }: RoundMarker): SVGTemplateResult {
  const bend = label.x + (anchor === "start" ? -3 : 3);
  return svg`
    <path class="pointer" d="M${tip.x} ${tip.y}L${foot.x} ${foot.y}L${bend} ${label.y - 4}"></path>
    <circle class="tip" cx=${tip.x} cy=${tip.y} r="2.5"></circle>
    <text x=${label.x} y=${label.y} text-anchor=${anchor}>
      ${markers.map((marker, i) => {
        const dy = i === 0 ? 0 : "1.2em";
        // A name that fills its line has its value below.
        const isLong = markerText(marker).length > LINE_LETTERS;
        const x = isLong ? label.x : nothing;
        return svg`
          <tspan class=${marker.keeper} x=${label.x} dy=${dy}>${marker.name}</tspan>
          <tspan class="value" x=${x} dy=${isLong ? "1.2em" : nothing}>${drawValue(marker)}</tspan>`;
      })}
    </text>`;
}

function drawValue({ value, before, wrap }: RingMarker): SVGTemplateResult {
  const round = wrap === undefined ? "" : ` wrap ${wrap}`;
  return before === undefined
    ? svg`${value}${round}`
    : svg`<tspan class="old">${before}</tspan> <tspan class="new">${value}</tspan>${round}`;
}

function drawStrip(ring: RingState, layout: StripLayout, marked: Marked): SVGTemplateResult {
  const { cellPx, rowPx, rows, runs } = layout;
  const box = (index: number, className: string): SVGTemplateResult => {
    const { x, y } = cellOf(layout, index);
    return svg`<rect class=${className} x=${x} y=${y} width=${cellPx} height=${rowPx}></rect>`;
  };
  const ticks = rows
    .map(({ y, count }) => {
      const lines = Array.from({ length: count + 1 }, (_, i) => `M${i * cellPx} ${y}v${rowPx}`);
      return lines.join("");
    })
    .join("");
  return svg`
    ${runs.map(
      ({ look, x, y, width }) => svg`
        <rect class="slot ${look}" x=${x} y=${y} width=${width} height=${rowPx}></rect>`,
    )}
    <path class="cells" d=${ticks}></path>
    ${ring.slots
      .filter((slot) => slot.changed)
      .map(({ index }) => {
        const { x, y } = cellOf(layout, index);
        return svg`<rect class="changed" x=${x} y=${y - 3} width=${cellPx} height="3"></rect>`;
      })}
    ${drawChain(ring, layout, marked)}
    ${marked.linked.map((index) => box(index, "linked"))}
    ${marked.chosen >= 0 ? box(marked.chosen, "chosen") : null}
    ${layout.markers.map(
      ({ marker, x, y, labelX, labelY, anchor }) => svg`
        <path class="pointer" d="M${x} ${labelY + 2}V${y - 3}"></path>
        <path class="tip" d="M${x - 3} ${y - 5}h6l-3 5z"></path>
        <text class="ground" x=${labelX} y=${labelY} text-anchor=${anchor}
          ><tspan class=${marker.keeper}>${marker.name}</tspan> <tspan class="value">${drawValue(marker)}</tspan></text>`,
    )}`;
}

/** The way through the chain that the chosen slot begins or is part of. */
function drawChain(ring: RingState, layout: StripLayout, { chosen, linked }: Marked) {
  const members = new Set([...linked, ...(chosen >= 0 ? [chosen] : [])]);
  const follows = new Set([...members].map((index) => ring.slots[index]?.next));
  const first = [...members].find((index) => !follows.has(index));
  if (first === undefined || ring.slots[first]?.next === undefined) return null;
  const chain = chainOf(ring, first).filter((index) => members.has(index));
  const points = chain.map((index) => {
    const { x, y } = cellOf(layout, index);
    return `${x + layout.cellPx / 2} ${y + layout.rowPx / 2}`;
  });
  return svg`<path class="chain" d="M${points.join("L")}"></path>`;
}
