import type { Lane } from "../flow/lane.ts";
import type { Palette } from "./palette.ts";

/**
 * The pixels of a drawing, for what consists of thousands of upright bars: they are set one by one,
 * which takes a tenth of what as many strokes on a canvas take. All lengths are in device pixels.
 */
export class PixelField {
  readonly width: number;
  readonly height: number;
  readonly #image: ImageData;
  readonly #words: Uint32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#image = new ImageData(width, height);
    this.#words = new Uint32Array(this.#image.data.buffer);
  }

  /** Covers everything from a line of pixels down with one colour. */
  clear(color: number, top = 0): void {
    this.#words.fill(color, top * this.width);
  }

  /** Bars that stand side by side on `bottom`, each a pixel wide and so high. */
  bars(bottom: number, heights: Uint16Array, ink: PixelInk): void {
    const words = this.#words;
    const { color, ground, covers } = ink;
    let most = 0;
    for (const height of heights) if (height > most) most = height;
    for (let up = 1; up <= most; up++) {
      const y = bottom - up;
      const row = y * this.width;
      for (let x = 0; x < heights.length; x++) {
        if ((heights[x] as number) < up) continue;
        words[row + x] = covers === undefined || covers(x, y) ? color : ground;
      }
    }
  }

  /** A rectangle; what lies outside is left out. */
  box(left: number, top: number, right: number, bottom: number, ink: PixelInk): void {
    const from = Math.max(0, left);
    const to = Math.min(this.width, right);
    const { color, ground, covers } = ink;
    for (let y = Math.max(0, top); y < Math.min(this.height, bottom); y++) {
      const row = y * this.width;
      if (covers === undefined) this.#words.fill(color, row + from, row + Math.max(from, to));
      else {
        for (let x = from; x < to; x++) this.#words[row + x] = covers(x, y) ? color : ground;
      }
    }
  }

  /** Puts the pixels from a line down on a canvas of the same size. */
  put(context: CanvasRenderingContext2D, top = 0): void {
    context.putImageData(this.#image, 0, 0, 0, top, this.width, this.height - top);
  }
}

/** What pixels are set to: a colour, or by place a colour and its ground. */
export interface PixelInk {
  readonly color: number;
  readonly ground: number;
  readonly covers: ((x: number, y: number) => boolean) | undefined;
}

/** A colour as a word of pixels; `rgb(…)` as browsers compute it, anything else is grey. */
export function pixelOf(color: string): number {
  const [red = 128, green = 128, blue = 128] =
    /^rgba?\(([^)]*)\)/
      .exec(color)?.[1]
      ?.split(/[\s,/]+/)
      .map(Number) ?? [];
  // Lowest byte first, as on every machine that browsers run on.
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** One colour. */
export function plainInk(color: string): PixelInk {
  const pixel = pixelOf(color);
  return { color: pixel, ground: pixel, covers: undefined };
}

/** A colour with slanted strokes of another over it: what is assumed. */
export function hatchedInk(color: string, strokes: string, ratio: number): PixelInk {
  const period = Math.max(4, Math.round(4 * ratio));
  const thick = Math.max(1, Math.round(ratio));
  const covers = (x: number, y: number) => (x + y) % period >= thick;
  return { color: pixelOf(color), ground: pixelOf(strokes), covers };
}

/** What fills an actor's bars: its colour, or its pattern where colours are the reader's. */
export function actorInk(palette: Palette, tone: Lane["tone"], ratio: number): PixelInk {
  const color = palette.tones[tone];
  if (!palette.isPatterned) return plainInk(color);
  const period = Math.max(5, Math.round(6 * ratio));
  const thick = Math.max(1, Math.round(1.5 * ratio));
  const isOn = (value: number) => value % period < thick;
  const covers: Record<Lane["tone"], PixelInk["covers"]> = {
    guest: undefined,
    hypervisor: (x, y) => isOn(x + y),
    "device-model": (_, y) => isOn(y),
    "host-network": (x) => isOn(x),
    hardware: (x, y) => isOn(x + y) || isOn(x - y + 1024 * period),
    wire: (x, y) => isOn(x) || isOn(y),
  };
  return { color: pixelOf(color), ground: pixelOf(palette.paper), covers: covers[tone] };
}
