import type { LaidBlock } from "./layout.ts";

/** The block that a key leads to from another: left and right in its row, up and down between rows. */
export function blockOfKey(
  blocks: readonly LaidBlock[],
  from: LaidBlock,
  key: string,
): LaidBlock | undefined {
  switch (key) {
    case "ArrowLeft":
      return nearest(
        blocks.filter((block) => block.row === from.row && block.x < from.x),
        from,
      );
    case "ArrowRight":
      return nearest(
        blocks.filter((block) => block.row === from.row && block.x > from.x),
        from,
      );
    case "ArrowUp":
      return nearest(rowBeside(blocks, from.row, -1), from);
    case "ArrowDown":
      return nearest(rowBeside(blocks, from.row, 1), from);
    case "Home":
      return blocks[0];
    case "End":
      return blocks.at(-1);
    default:
      return undefined;
  }
}

/** The next row with blocks in a direction; layers that have none are passed over. */
function rowBeside(blocks: readonly LaidBlock[], row: number, by: -1 | 1): LaidBlock[] {
  const rows = blocks.map((block) => block.row).filter((at) => (at - row) * by > 0);
  const next = by > 0 ? Math.min(...rows) : Math.max(...rows);
  return blocks.filter((block) => block.row === next);
}

function nearest(blocks: readonly LaidBlock[], from: LaidBlock): LaidBlock | undefined {
  const middle = (block: LaidBlock) => block.x + block.width / 2;
  const distance = (block: LaidBlock) => Math.abs(middle(block) - middle(from));
  return blocks.toSorted((one, other) => distance(one) - distance(other))[0];
}
