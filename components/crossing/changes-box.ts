import type { Box } from "./layout.ts";

/** Room of the count of changes: at the block's left corner, at the right one where words stand there. */
export function changesBox(
  { x, y, width: blockWidth }: Box,
  digits: number,
  scale: number,
  words: Box | undefined,
): Box {
  const width = (10 + 7 * digits) * scale;
  const box = { x: x - 10 * scale, y: y - 12 * scale, width, height: 17 * scale };
  const isFree = words === undefined || !isOver(box, words);
  return isFree ? box : { ...box, x: x + blockWidth + 10 * scale - width };
}

function isOver(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
