import { LANES, type Lane } from "../flow/lane.ts";

/** The colours and strokes of a drawing on canvas, as the page's theme has them now. */
export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly boundary: string;
  /** An actor's colour by tone. */
  readonly tones: Readonly<Record<Lane["tone"], string>>;
  /** Five tints of each: 0 the fullest, as the bars of costs have them. */
  readonly tints: Readonly<Record<Lane["tone"], readonly string[]>>;
  /** A pale ground of each, behind what only waits. */
  readonly pales: Readonly<Record<Lane["tone"], string>>;
  /** Whether actors must be told apart by pattern, because the reader's colours are not ours. */
  readonly isPatterned: boolean;
  readonly stroke: number;
  /** How much larger type is than on a desk. */
  readonly typeScale: number;
  readonly sans: string;
  readonly mono: string;
}

const TINT_PERCENTS = [100, 55, 42, 28, 16];
const PALE_PERCENT = 16;

/**
 * Reads the palette off elements that carry the classes of the look: a canvas knows no variables.
 * @param root Holds one element for each of `.paper`, `.ink`, `.muted`, `.rule`, `.boundary` and tone.
 */
export function readPalette(root: ParentNode, host: HTMLElement): Palette {
  const colorOf = (name: string) => {
    const element = root.querySelector(`.palette .${name}`);
    return element === null ? "#808080" : getComputedStyle(element).color;
  };
  const style = getComputedStyle(host);
  const number = (name: string) => Number.parseFloat(style.getPropertyValue(name)) || 1;
  const paper = colorOf("paper");
  const tones = byTone(colorOf);
  return {
    paper,
    ink: colorOf("ink"),
    muted: colorOf("muted"),
    rule: colorOf("rule"),
    boundary: colorOf("boundary"),
    tones,
    tints: byTone((tone) => TINT_PERCENTS.map((percent) => mixed(tones[tone], paper, percent))),
    pales: byTone((tone) => mixed(tones[tone], paper, PALE_PERCENT)),
    isPatterned: matchMedia("(forced-colors: active)").matches,
    stroke: number("--_stroke"),
    typeScale: number("--_scale"),
    sans: style.getPropertyValue("--_sans"),
    mono: style.getPropertyValue("--_mono"),
  };
}

/** A colour over another one; both as the browser computes them. */
export function mixed(color: string, ground: string, percent: number): string {
  const one = channels(color);
  const other = channels(ground);
  if (one === undefined || other === undefined) return color;
  const mix = one.map((value, at) =>
    Math.round((value * percent + (other[at] ?? 0) * (100 - percent)) / 100),
  );
  return `rgb(${mix.join(", ")})`;
}

function channels(color: string): readonly number[] | undefined {
  const found = /^rgba?\(([^)]*)\)/.exec(color);
  const values = found?.[1]?.split(/[\s,/]+/).map(Number);
  return values === undefined || values.length < 3 ? undefined : values.slice(0, 3);
}

function byTone<Value>(value: (tone: Lane["tone"]) => Value): Record<Lane["tone"], Value> {
  return Object.fromEntries(LANES.map(({ tone }) => [tone, value(tone)])) as Record<
    Lane["tone"],
    Value
  >;
}
