import type { Block } from "../block/block.ts";

/** Mean width of a character in CSS pixels: of titles (12 px or 13 px, semi-bold) and of small text (12 px). */
const TITLE_CHARACTER_PX = 7.3;
const SMALL_CHARACTER_PX = 6.7;
/** Room left and right of the words in a block. */
export const PADDING_PX = 5;

/** A block's title, its short one, or the beginning of that: what fits into a width. */
export function fitted({ title, shortTitle }: Block, width: number, scale: number): string {
  const room = Math.floor((width - 2 * PADDING_PX * scale) / (TITLE_CHARACTER_PX * scale));
  for (const words of [title, shortTitle]) if (words.length <= room) return words;
  return shortened(shortTitle, room);
}

/** The first of these texts that fits into a width, or the beginning of the last. */
export function fittedText(texts: readonly string[], width: number, scale: number): string {
  const room = Math.floor(width / (SMALL_CHARACTER_PX * scale));
  return texts.find((text) => text.length <= room) ?? shortened(texts.at(-1) ?? "", room);
}

/** Width of small text. */
export function smallTextWidth(text: string, scale: number): number {
  return text.length * SMALL_CHARACTER_PX * scale;
}

function shortened(text: string, room: number): string {
  if (text.length <= room) return text;
  return room < 2 ? "" : `${text.slice(0, room - 1).trimEnd()}…`;
}
