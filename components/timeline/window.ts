/** What of the axis is in view: two places on it, in cycles. */
export interface AxisWindow {
  readonly from: number;
  readonly to: number;
}

/** The narrowest window: one access that takes a few cycles, and what is next to it. */
export const WINDOW_CYCLES_MIN = 32;

/** A window that is inside the axis and not too narrow, as close to the one asked for as can be. */
export function clampWindow({ from, to }: AxisWindow, axisCycles: number): AxisWindow {
  const whole = Math.max(axisCycles, WINDOW_CYCLES_MIN);
  const width = Math.min(whole, Math.max(WINDOW_CYCLES_MIN, to - from));
  const middle = (from + to) / 2;
  const start = Math.min(
    Math.max(0, to - from === width ? from : middle - width / 2),
    whole - width,
  );
  return { from: start, to: start + width };
}

/** Zooms so that a place stays where it is; a factor below 1 zooms in. */
export function zoomed(
  { from, to }: AxisWindow,
  factor: number,
  at: number,
  axisCycles: number,
): AxisWindow {
  const width = Math.min(axisCycles, Math.max(WINDOW_CYCLES_MIN, (to - from) * factor));
  const share = to > from ? (at - from) / (to - from) : 0.5;
  return clampWindow({ from: at - share * width, to: at + (1 - share) * width }, axisCycles);
}

/** Moves the window by a share of its width. */
export function panned({ from, to }: AxisWindow, share: number, axisCycles: number): AxisWindow {
  const by = share * (to - from);
  return clampWindow({ from: from + by, to: to + by }, axisCycles);
}

/** A window around a stretch, with room at both sides. */
export function around(from: number, to: number, axisCycles: number, room = 0.05): AxisWindow {
  const margin = Math.max((to - from) * room, WINDOW_CYCLES_MIN / 4);
  return clampWindow({ from: from - margin, to: to + margin }, axisCycles);
}
