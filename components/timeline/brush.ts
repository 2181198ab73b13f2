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
  /** Widths of texts in the sans face, in CSS pixels; by text, as marks come again frame after frame. */
  readonly widths: Map<string, number>;
}

/** Texts whose widths are kept: the marks of some screens. */
const WIDTHS_MAX = 2000;

/**
 * Makes a canvas ready for drawings of so many CSS pixels.
 * @param isOpaque Whether every pixel is drawn: then nothing is blended with what lies below.
 */
export function brushFor(
  canvas: HTMLCanvasElement,
  widthPx: number,
  heightPx: number,
  palette: Palette,
  isOpaque: boolean,
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
  const context = canvas.getContext("2d", { alpha: !isOpaque });
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
  const widths = new Map<string, number>();
  return { context, palette, ratio, fills, inks, field, characterPx, faces, widths };
}

/** How wide a text is in the sans face, which must be set, in CSS pixels. */
export function widthOf({ context, widths }: Brush, text: string): number {
  let width = widths.get(text);
  if (width === undefined) {
    if (widths.size >= WIDTHS_MAX) widths.clear();
    width = context.measureText(text).width;
    widths.set(text, width);
  }
  return width;
}

/** Sets the face of what is written next. */
export function face({ context, faces }: Brush, kind: "sans" | "mono"): void {
  context.font = faces[kind];
}

/** A place on the grid of device pixels, where edges are sharp and quick to draw. */
export function snapped({ ratio }: Brush, place: number): number {
  return Math.round(place * ratio) / ratio;
}
