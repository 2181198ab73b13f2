/** What pointers and wheels ask for; places in CSS pixels from the drawing's left and top. */
export interface GestureListener {
  /** Zoom around a place; a factor below 1 zooms in. */
  zoom(x: number, factor: number): void;
  /** Move what is seen by so many pixels to the left. */
  pan(pixels: number): void;
  click(x: number, y: number, isTouch: boolean): void;
  point(x: number, y: number): void;
  leave(): void;
}

/** A pointer that moved less than this clicked. */
const CLICK_PX = 5;
const WHEEL_STEP = 0.0022;
const LINE_PX = 18;

/** Turns pointers, pinches and wheels on a drawing into zooming, moving and clicks. */
export class Gestures {
  readonly #listener: GestureListener;
  readonly #down = new Map<number, { x: number; y: number }>();
  #moved = 0;

  constructor(listener: GestureListener) {
    this.#listener = listener;
  }

  readonly pressed = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { x, y } = placeOf(event);
    this.#down.set(event.pointerId, { x, y });
    if (this.#down.size === 1) this.#moved = 0;
    if (event.currentTarget instanceof Element && event.isTrusted) {
      event.currentTarget.setPointerCapture(event.pointerId);
    }
  };

  readonly moved = (event: PointerEvent): void => {
    const { x, y } = placeOf(event);
    const before = this.#down.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType !== "touch") this.#listener.point(x, y);
      return;
    }
    this.#moved = Math.max(this.#moved, Math.abs(x - before.x), Math.abs(y - before.y));
    const other = [...this.#down].find(([id]) => id !== event.pointerId)?.[1];
    if (other !== undefined) {
      const distance = Math.max(16, Math.abs(x - other.x));
      this.#listener.zoom((x + other.x) / 2, Math.max(16, Math.abs(before.x - other.x)) / distance);
      this.#listener.pan((before.x - x) / 2);
      this.#moved = CLICK_PX + 1;
    } else if (this.#moved > CLICK_PX) this.#listener.pan(before.x - x);
    else return;
    this.#down.set(event.pointerId, { x, y });
  };

  readonly released = (event: PointerEvent): void => {
    const before = this.#down.get(event.pointerId);
    this.#down.delete(event.pointerId);
    if (before === undefined || event.type === "pointercancel" || this.#moved > CLICK_PX) return;
    const { x, y } = placeOf(event);
    this.#listener.click(x, y, event.pointerType === "touch");
  };

  readonly left = (): void => this.#listener.leave();

  /**
   * A wheel zooms with Ctrl or a pinch, and sideways it moves; otherwise it scrolls the page, unless
   * the drawing has the focus.
   */
  readonly wheeled = (event: WheelEvent): void => {
    const { currentTarget } = event;
    if (!(currentTarget instanceof HTMLElement)) return;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const hasFocus = currentTarget.matches(":focus");
    if (isSideways) this.#listener.pan(sideways * unit);
    else if (event.ctrlKey || event.metaKey || hasFocus) {
      // A pinch on a touch pad comes as small steps of a wheel with Ctrl.
      const strength = event.ctrlKey && Math.abs(event.deltaY) < 30 ? 4 : 1;
      this.#listener.zoom(placeOf(event).x, Math.exp(event.deltaY * unit * WHEEL_STEP * strength));
    } else return;
    event.preventDefault();
  };
}

function placeOf(event: PointerEvent | WheelEvent): { x: number; y: number } {
  const { currentTarget } = event;
  if (!(currentTarget instanceof Element)) return { x: 0, y: 0 };
  const { left, top } = currentTarget.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}
