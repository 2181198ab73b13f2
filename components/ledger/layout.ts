import { hierarchy, partition } from "d3-hierarchy";
import type { LedgerNode } from "./ledger-node.ts";

/** Height of a level. */
export const LEVEL_PX = 44;
/** Below this width a piece can hardly be seen. */
export const NARROW_PX = 2;

/** How widths are drawn: in proportion to cycles, or to their logarithm. */
export type LedgerScale = "linear" | "log";

/** Where a node lies. */
export interface LedgerBox {
  readonly node: LedgerNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where everything lies. */
export interface LedgerLayout {
  readonly boxes: readonly LedgerBox[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** The primitives that are too narrow to be seen at this scale. */
  readonly narrow: readonly LedgerNode[];
}

/**
 * Lays a ledger out as an icicle: the whole on top, its parts below. On the logarithmic scale each
 * primitive is as wide as the logarithm of one more than its cycles, and a parent as wide as its parts.
 */
export function layOutLedger(root: LedgerNode, widthPx: number, scale: LedgerScale): LedgerLayout {
  const tree = hierarchy(root, ({ children }) => [...children]).sum(({ children, cycles }) => {
    if (children.length > 0) return 0;
    return scale === "log" ? Math.log10(1 + cycles.typical) : cycles.typical;
  });
  const heightPx = (tree.height + 1) * LEVEL_PX;
  const laid = partition<LedgerNode>().size([widthPx, heightPx])(tree);
  const boxes = laid
    .descendants()
    .map(({ data, x0, x1, y0 }): LedgerBox => ({ node: data, x: x0, y: y0, width: x1 - x0 }));
  const narrow = boxes.filter(
    ({ node, width }) => node.children.length === 0 && node.id !== "" && width < NARROW_PX,
  );
  return { boxes, widthPx, heightPx, narrow: narrow.map(({ node }) => node) };
}

/** Where a key leads from a node: up to its parent, down to its first part, along its level. */
export function nodeAfter(
  key: string,
  boxes: readonly LedgerBox[],
  id: string,
): string | undefined {
  const at = boxes.find(({ node }) => node.id === id) ?? boxes[0];
  if (at === undefined) return undefined;
  const level = boxes.filter(({ y }) => y === at.y).toSorted((one, other) => one.x - other.x);
  const place = level.indexOf(at);
  switch (key) {
    case "ArrowUp":
      return id.includes("/") ? id.slice(0, id.lastIndexOf("/")) : "";
    case "ArrowDown":
      return (at.node.children[0] ?? at.node).id;
    case "ArrowLeft":
      return (level[place - 1] ?? at).node.id;
    case "ArrowRight":
      return (level[place + 1] ?? at).node.id;
    case "Home":
      return (level[0] ?? at).node.id;
    case "End":
      return (level.at(-1) ?? at).node.id;
    default:
      return undefined;
  }
}
