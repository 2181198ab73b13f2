import { type BrushPart, brushPartAt, windowBox } from "./overview.ts";
import { type AxisWindow, clampWindow } from "./window.ts";

/** What a drag in the overview needs to know, and whom it tells. */
export interface BrushHost {
  readonly window: AxisWindow;
  readonly axisCycles: number;
  readonly widthPx: number;
  choose(window: AxisWindow): void;
}

const CLICK_PX = 4;

/** Dragging in the overview: an edge, the whole window, or a new window; a click brings it there. */
export class BrushDrag {
  readonly #host: () => BrushHost | undefined;
  #part: BrushPart | undefined;
  #startX = 0;
  #start: AxisWindow = { from: 0, to: 0 };

  constructor(host: () => BrushHost | undefined) {
    this.#host = host;
  }

  readonly pressed = (event: PointerEvent): void => {
    const host = this.#host();
    if (host === undefined || event.button !== 0) return;
    const x = placeOf(event);
    const box = windowBox(host.window, host.axisCycles, host.widthPx);
    this.#part = brushPartAt(x, box, host.widthPx);
    this.#startX = x;
    this.#start = host.window;
    if (event.currentTarget instanceof Element && event.isTrusted) {
      event.currentTarget.setPointerCapture(event.pointerId);
    }
  };

  readonly moved = (event: PointerEvent): void => {
    const host = this.#host();
    if (host === undefined || this.#part === undefined) return;
    const x = placeOf(event);
    if (Math.abs(x - this.#startX) < CLICK_PX) return;
    const at = (pixels: number) => (pixels / host.widthPx) * host.axisCycles;
    const { from, to } = this.#start;
    const by = at(x - this.#startX);
    const next: Record<BrushPart, AxisWindow> = {
      from: { from: Math.min(from + by, to), to },
      to: { from, to: Math.max(to + by, from) },
      window: { from: from + by, to: to + by },
      new: { from: at(Math.min(x, this.#startX)), to: at(Math.max(x, this.#startX)) },
    };
    host.choose(clampWindow(next[this.#part], host.axisCycles));
  };

  readonly released = (event: PointerEvent): void => {
    const host = this.#host();
    const x = placeOf(event);
    if (host !== undefined && this.#part === "new" && Math.abs(x - this.#startX) < CLICK_PX) {
      const half = (this.#start.to - this.#start.from) / 2;
      const middle = (x / host.widthPx) * host.axisCycles;
      host.choose(clampWindow({ from: middle - half, to: middle + half }, host.axisCycles));
    }
    this.#part = undefined;
  };
}

function placeOf(event: PointerEvent): number {
  const { currentTarget } = event;
  return currentTarget instanceof Element
    ? event.clientX - currentTarget.getBoundingClientRect().left
    : 0;
}
