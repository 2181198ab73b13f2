import type { FlowLayout } from "./layout.ts";

/** Mean width of a character of the labels, in CSS pixels at 12 px. */
const CHARACTER_PX = 6.1;
/** Room for an exit's number, and between two labels. */
const NUMBER_PX = 12;
const GAP_PX = 10;

/** A label beside a crossing of the line. */
export interface CrossingLabel {
  readonly x: number;
  readonly text: string;
}

/**
 * The labels that fit: each stands right of its crossing and ends before the next one. A label that
 * would not fit is left out; the step's sentence and the table say the same.
 */
export function crossingLabels({ handOvers, width }: FlowLayout): CrossingLabel[] {
  const crossings = handOvers.filter(({ crosses }) => crosses).toSorted((a, b) => a.x2 - b.x2);
  return crossings.flatMap(({ kind, x2, label }, index) => {
    if (kind === "entry") return [];
    const text = label.replace(/^VM exit: /, "");
    const x = x2 + (kind === "exit" ? NUMBER_PX : GAP_PX / 2);
    const end = crossings[index + 1]?.x2 ?? width;
    return x + text.length * CHARACTER_PX + GAP_PX <= end ? [{ x, text }] : [];
  });
}

/**
 * The numbers of the exits that fit on the line, `spacePx` apart. The last one always stands: it is
 * their count; the strokes of the others are there to be counted.
 */
export function exitNumbers({ handOvers }: FlowLayout, spacePx: number): CrossingLabel[] {
  const exits = handOvers.filter(({ exitNumber }) => exitNumber > 0);
  const shown: CrossingLabel[] = [];
  for (const [index, { x2: x, exitNumber }] of exits.entries()) {
    const before = shown.at(-1);
    if (before !== undefined && x - before.x < spacePx) {
      if (index < exits.length - 1) continue;
      if (shown.length > 1) shown.pop();
    }
    shown.push({ x, text: String(exitNumber) });
  }
  return shown;
}
