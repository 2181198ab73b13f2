import type { Lane } from "../flow/lane.ts";
import type { Palette } from "./palette.ts";
import { actorPattern } from "./pattern.ts";
import { actorInk, type PixelInk, PixelField } from "./pixel-field.ts";

/** A canvas with the colours to draw with. */
export interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
  /** What fills an actor's busy time: its colour, or its pattern where colours are the reader's. */
  readonly fills: Readonly<Record<Lane["tone"], string | CanvasPattern>>;
  /** The same for single pixels. */
  readonly inks: Readonly<Record<Lane["tone"], PixelInk>>;
  /** The pixels of the whole canvas. */
  readonly field: PixelField;
  /** Width of a digit in the face for values. */
  readonly characterPx: number;
  readonly faces: { readonly sans: string; readonly mono: string };
}

/** Makes a canvas ready for drawings of so many CSS pixels. */
export function brushFor(
  canvas: HTMLCanvasElement,
  widthPx: number,
  heightPx: number,
  palette: Palette,
): Brush | undefined {
  const ratio = globalThis.devicePixelRatio || 1;
  const width = Math.round(widthPx * ratio);
  const height = Math.round(heightPx * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.inlineSize = `${widthPx}px`;
    canvas.style.blockSize = `${heightPx}px`;
  }
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { tones, paper, isPatterned } = palette;
  const byTone = <Value>(value: (tone: Lane["tone"]) => Value) =>
    Object.fromEntries(
      (Object.keys(tones) as Lane["tone"][]).map((tone) => [tone, value(tone)]),
    ) as Record<Lane["tone"], Value>;
  const fills = byTone((tone) =>
    isPatterned ? actorPattern(context, tone, tones[tone], paper) : tones[tone],
  );
  const inks = byTone((tone) => actorInk(palette, tone, ratio));
  const fontPx = 12 * palette.typeScale;
  const faces = { sans: `${fontPx}px ${palette.sans}`, mono: `${fontPx}px ${palette.mono}` };
  context.font = faces.mono;
  const characterPx = context.measureText("0").width;
  const field = new PixelField(width, height);
  return { context, palette, ratio, fills, inks, field, characterPx, faces };
}

/** Sets the face of what is written next. */
export function face({ context, faces }: Brush, kind: "sans" | "mono"): void {
  context.font = faces[kind];
}

/** A place on the grid of device pixels, where edges are sharp and quick to draw. */
export function snapped({ ratio }: Brush, place: number): number {
  return Math.round(place * ratio) / ratio;
}
