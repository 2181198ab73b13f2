import { type FlowLayout, layOut } from "../flow/layout.ts";
import type { PacketStory, StoryTeller } from "../flow/story.ts";

/** Width of the column of lane names. */
export const LABELS_PX = 104;
/** Room left and right of the steps in a panel. */
export const INSET_PX = 14;

const PANEL_MIN_PX = 200;
const PAIR_MIN_PX = 150;
const COLUMNS_MAX = 6;
const STEP_MAX_PX = 14;

/** How many panels stand side by side in a given width, so that rows are about equally full. */
export function columnCount(widthPx: number, panels: number): number {
  const roomPx = widthPx - LABELS_PX;
  const fitting = Math.floor(roomPx / PANEL_MIN_PX);
  const most = Math.min(COLUMNS_MAX, Math.max(fitting, roomPx >= 2 * PAIR_MIN_PX ? 2 : 1));
  const rows = Math.ceil(Math.max(1, panels) / most);
  return Math.ceil(Math.max(1, panels) / rows);
}

/** Lays out one journey per mode with the same distance between steps, so that lengths compare. */
export function layOutSideBySide(
  tellers: readonly StoryTeller[],
  stories: readonly PacketStory[],
  roomPx: number,
): FlowLayout[] {
  const longest = Math.max(1, ...stories.map(({ rows }) => rows.length));
  const stepPx = Math.max(1, Math.min(STEP_MAX_PX, (roomPx - 2 * INSET_PX) / longest));
  const size = { stepPx, lanePx: 30, driverLanePx: 40, linePx: 30, detailed: false };
  return stories.flatMap(({ rows }, index) => {
    const run = tellers[index]?.run;
    return run === undefined ? [] : [layOut(run.trace, rows, size)];
  });
}
