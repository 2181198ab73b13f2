import { scaleLinear } from "d3-scale";
import { toneOf } from "../flow/lane.ts";
import { grouped } from "../number-text.ts";
import { type Brush, face } from "./brush.ts";
import { type CycleBins, layerOrder } from "./cycle-bins.ts";
import { actorInk, hatchedInk, plainInk } from "./pixel-field.ts";
import type { Scene } from "./scene.ts";
import { durationText } from "./time-text.ts";

/** How many lines there are about. */
const TICKS = 3;

/** The lane of cycles: what each bin cost, stacked by actor and category, assumed prices hatched. */
export function paintCycles(brush: Brush, { layout, window }: Scene, bins: CycleBins): void {
  const { field, palette, ratio } = brush;
  const y = scaleOf(layout, bins);
  const perCycle = (layout.plotPx * ratio) / (window.to - window.from);
  const left = (bin: number) =>
    Math.round((bins.from + bin * bins.binCycles - window.from) * perCycle);
  const rule = plainInk(palette.rule);
  for (const tick of y.ticks(TICKS).slice(1)) {
    const at = Math.round(y(tick) * ratio);
    field.box(0, at, field.width, at + 1, rule);
  }
  const stacked = new Float64Array(bins.binCount);
  for (const { key, actor, tint, assumed } of layerOrder(bins)) {
    const layer = bins.layers.get(key) as Float64Array;
    const tone = toneOf(actor);
    const color = palette.tints[tone][tint] ?? palette.muted;
    const strokes = tint === 0 ? palette.paper : palette.tones[tone];
    const ink = palette.isPatterned
      ? actorInk(palette, tone, ratio)
      : assumed
        ? hatchedInk(color, strokes, ratio)
        : plainInk(color);
    for (let bin = 0; bin < bins.binCount; bin++) {
      const cycles = layer[bin] as number;
      if (cycles === 0) continue;
      const before = stacked[bin] as number;
      stacked[bin] = before + cycles;
      const top = Math.round(y(before + cycles) * ratio);
      field.box(left(bin), top, left(bin + 1), Math.round(y(before) * ratio), ink);
    }
  }
}

/** What the heights of the lane of cycles mean: written above the highest line, where no bar is. */
export function paintCycleScale(brush: Brush, { layout, run }: Scene, bins: CycleBins): void {
  const { context, palette } = brush;
  const { plotPx, fontPx, cyclesTop, cyclesBottom } = layout;
  const ticks = scaleOf(layout, bins).ticks(TICKS);
  context.fillStyle = palette.muted;
  context.fillRect(0, cyclesBottom, plotPx, 1);
  face(brush, "sans");
  context.textAlign = "end";
  context.textBaseline = "middle";
  const per = durationText(bins.binCycles, run.cyclesPerMicrosecond);
  const lines = [ticks[1], ticks.at(-1)].map((tick) => grouped(tick ?? 0)).join(" … ");
  const text = `cycles in ${per}, lines at ${lines}`;
  context.fillText(text, plotPx - 2, cyclesTop - fontPx / 2 - 4);
}

function scaleOf({ cyclesTop, cyclesBottom }: Scene["layout"], { totals }: CycleBins) {
  const max = totals.reduce((most, cycles) => Math.max(most, cycles), 1);
  return scaleLinear([0, max], [cyclesBottom, cyclesTop]).nice(TICKS);
}
