import { KIND } from "#engine";
import {
  type SymbolType,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from "d3-shape";

/** What a mark stands for; each has its own shape, so that colour is never alone. */
export interface MarkShape {
  readonly name: string;
  readonly label: string;
  readonly type: SymbolType;
  /** Turned upside down. */
  readonly turned?: true;
  /** Drawn as an outline. */
  readonly hollow?: true;
  readonly kinds: readonly number[];
}

/** The shapes in the order of the key below a drawing. */
export const MARK_SHAPES: readonly MarkShape[] = [
  {
    name: "register",
    label: "register access",
    type: symbolDiamond,
    kinds: [
      KIND.mmioRead,
      KIND.mmioWrite,
      KIND.pioRead,
      KIND.pioWrite,
      KIND.configRead,
      KIND.configWrite,
    ],
  },
  {
    name: "ring",
    label: "ring access by the driver",
    type: symbolCircle,
    hollow: true,
    kinds: [KIND.ringLoad, KIND.ringStore],
  },
  { name: "copy", label: "copy by a CPU", type: symbolSquare, kinds: [KIND.copy] },
  {
    name: "dma-read",
    label: "device reads guest memory",
    type: symbolTriangle,
    turned: true,
    kinds: [KIND.dmaRead],
  },
  {
    name: "dma-write",
    label: "device writes guest memory",
    type: symbolTriangle,
    kinds: [KIND.dmaWrite],
  },
  {
    name: "exit",
    label: "VM exit or entry",
    type: symbolCross,
    kinds: [KIND.vmExit, KIND.vmEntry],
  },
  {
    name: "interrupt",
    label: "interrupt: raised, taken, ended",
    type: symbolStar,
    kinds: [
      KIND.intxAssert,
      KIND.intxDeassert,
      KIND.msix,
      KIND.interruptTaken,
      KIND.lapicEoi,
      KIND.ioapicEoi,
    ],
  },
  {
    name: "frame",
    label: "frame on the wire or at the socket",
    type: symbolCircle,
    kinds: [KIND.wireTransmit, KIND.wireReceive, KIND.deliver],
  },
  {
    name: "other",
    label: "step of a device or a thread",
    type: symbolWye,
    kinds: [],
  },
];

const OTHER = MARK_SHAPES.length - 1;

/** The shape of a kind of row, as an index into {@link MARK_SHAPES}; a span has none: -1. */
export function shapeOf(kind: number): number {
  if (kind === KIND.call) return -1;
  const shape = MARK_SHAPES.findIndex(({ kinds }) => kinds.includes(kind));
  return shape < 0 ? OTHER : shape;
}

/** The outline of a shape around the origin, for a mark that is `sizePx` wide or so. */
export function shapePath(shape: MarkShape, sizePx: number): string {
  return symbol(shape.type, sizePx * sizePx * 0.62)() ?? "";
}
