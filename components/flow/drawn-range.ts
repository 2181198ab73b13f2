import type { FlowLayout } from "./layout.ts";

/** Steps from `from` to `to`, both included. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** Up to so many steps, a drawing is drawn as a whole. */
const WHOLE_MAX = 600;
/** Steps that are drawn on both sides of what is in view; scrolling that far draws anew. */
const MARGIN_STEPS = 150;
/** Marks of one lane that are closer than this are drawn as one. */
const APART_PX = 1;

/** The steps to draw when a long drawing is scrolled to `scrollPx`: those in view and around it. */
export function rangeInView(layout: FlowLayout, scrollPx: number, viewPx: number): StepRange {
  const last = layout.marks.length - 1;
  if (layout.marks.length <= WHOLE_MAX) return { from: 0, to: last };
  // In whole margins, so that a little scrolling changes nothing.
  const first = Math.floor(scrollPx / layout.stepPx / MARGIN_STEPS) * MARGIN_STEPS;
  const count = Math.ceil(viewPx / layout.stepPx);
  return {
    from: Math.max(0, first - MARGIN_STEPS),
    to: Math.min(last, first + count + 2 * MARGIN_STEPS),
  };
}

/** The part of a drawing that lies in a range, thinned where marks would cover each other. */
export function partOf(layout: FlowLayout, { from, to }: StepRange): FlowLayout {
  const touches = (part: { readonly fromStep: number; readonly toStep: number }) =>
    part.toStep >= from && part.fromStep <= to;
  const lastX = new Map<number, number>();
  const marks = layout.marks.slice(from, to + 1).filter(({ actor, x }) => {
    if (x - (lastX.get(actor) ?? -Infinity) < APART_PX) return false;
    lastX.set(actor, x);
    return true;
  });
  return {
    ...layout,
    marks,
    spans: layout.spans.filter(touches),
    handOvers: layout.handOvers.filter(touches),
    stopped: layout.stopped.filter(touches),
  };
}
