import { MARK_SHAPES } from "../flow/mark-shape.ts";
import { type BeadGroup, beadGroups } from "./beads.ts";
import { type Brush, face, snapped } from "./brush.ts";
import type { LaidLane, TimelineLayout } from "./layout.ts";
import { isHollow, markPath } from "./mark-path.ts";
import type { RowBox } from "./row-boxes.ts";
import { labelIn } from "./row-label.ts";
import type { Scene } from "./scene.ts";

/** Below this distance moments are strokes, from it on marks. */
const MARKS_FROM_PX = 5;
const MARK_PX = 9;
const BEAD_PX = 11;
/** A label beside a mark is so long at most. */
const LABEL_CHARACTERS_MAX = 48;
const LABEL_FROM_PX = 32;
/** With more places of moments in view than this, what happens at each is left to the pointer. */
const LABELLED_GROUPS_MAX = 12;

/** Rows as they are: bars for what takes time, one in another; marks for moments; words where they fit. */
export function paintRows(brush: Brush, scene: Scene, boxes: readonly RowBox[]): void {
  const { layout } = scene;
  const { characterPx } = brush;
  face(brush, "mono");
  const lasting = boxes.filter(({ isMoment }) => !isMoment);
  for (const box of lasting) paintEnvelope(brush, layout, box);
  for (const box of lasting) paintBusy(brush, layout, box);
  for (const box of lasting) paintLabel(brush, scene, box, characterPx);
  const groups = beadGroups(boxes, layout.plotPx);
  const isLabelled = groups.length <= LABELLED_GROUPS_MAX;
  for (const group of groups) paintBeads(brush, scene, group, characterPx, isLabelled);
}

function levelTop(laid: LaidLane, depth: number, levelPx: number): number {
  return laid.spanTop + Math.min(depth, laid.levels - 1) * levelPx;
}

/** A row with others inside: as long as they take, pale, for it waits. */
function paintEnvelope(brush: Brush, layout: TimelineLayout, box: RowBox): void {
  const laid = layout.lanes[box.lane];
  if (laid === undefined || box.endX - box.busyX < 0.5) return;
  const { context, palette } = brush;
  const left = snapped(brush, Math.max(box.x, -2));
  const width = snapped(brush, Math.min(box.endX, layout.plotPx + 2)) - left;
  const top = levelTop(laid, box.depth, layout.levelPx);
  context.fillStyle = palette.pales[laid.lane.tone];
  context.fillRect(left, top, width, layout.levelPx - 2);
  if (width < 6) return;
  context.strokeStyle = palette.tints[laid.lane.tone][1] ?? palette.muted;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, width - 1, layout.levelPx - 3);
}

function paintBusy(brush: Brush, layout: TimelineLayout, box: RowBox): void {
  const { context, fills, ratio } = brush;
  const laid = layout.lanes[box.lane];
  if (laid === undefined || box.busyX <= box.x) return;
  const left = snapped(brush, Math.max(box.x, -2));
  const right = snapped(brush, Math.min(box.busyX, layout.plotPx + 2));
  // A hair's breadth of paper parts neighbours that have the room.
  const gap = right - left > 4 ? 1 : 0;
  context.fillStyle = fills[laid.lane.tone];
  context.fillRect(
    left,
    levelTop(laid, box.depth, layout.levelPx),
    Math.max(1 / ratio, right - left - gap),
    layout.levelPx - 2,
  );
}

function paintLabel(brush: Brush, { layout, run }: Scene, box: RowBox, characterPx: number): void {
  const laid = layout.lanes[box.lane];
  if (laid === undefined) return;
  const { context, palette } = brush;
  const start = Math.max(box.x, 0) + 4;
  const busyEnd = Math.min(box.busyX, layout.plotPx);
  const end = Math.min(box.endX, layout.plotPx);
  // Beside its own time where that is a sliver of what happens inside.
  const isInside = busyEnd - start >= (end - start) / 2;
  const left = isInside ? start : Math.max(start, busyEnd + 4);
  const room = (isInside ? busyEnd : end) - left - 4;
  if (room < LABEL_FROM_PX) return;
  const middle = levelTop(laid, box.depth, layout.levelPx) + layout.levelPx / 2 - 1;
  const hasMark = isInside && box.shape >= 0 && room > LABEL_FROM_PX + BEAD_PX;
  const text = labelIn(
    run.trace,
    box.row,
    run.registers,
    Math.floor((room - (hasMark ? BEAD_PX + 3 : 0)) / characterPx),
  );
  const tone = palette.tones[laid.lane.tone];
  if (isInside && palette.isPatterned && text !== "") {
    context.fillStyle = palette.paper;
    context.fillRect(
      left - 2,
      middle - layout.levelPx / 2 + 2,
      text.length * characterPx + BEAD_PX + 6,
      layout.levelPx - 4,
    );
  }
  const color = isInside && !palette.isPatterned ? palette.paper : palette.ink;
  if (hasMark) {
    paintMark(brush, box.shape, left + 5, middle, MARK_PX, color, isInside ? tone : palette.paper);
  }
  if (text === "") return;
  context.fillStyle = color;
  context.textBaseline = "middle";
  context.textAlign = "start";
  context.fillText(text, left + (hasMark ? BEAD_PX + 3 : 0), middle + 0.5);
}

/** Moments at one place: beads on a thread where there is room, else one mark and how many it is. */
function paintBeads(
  brush: Brush,
  scene: Scene,
  group: BeadGroup,
  characterPx: number,
  isLabelled: boolean,
): void {
  const laid = scene.layout.lanes[group.lane];
  if (laid === undefined) return;
  const { context, palette } = brush;
  const tone = palette.tones[laid.lane.tone];
  const { x, boxes, roomPx } = group;
  const y = laid.momentY;
  if (roomPx < MARKS_FROM_PX) {
    context.fillStyle = tone;
    context.fillRect(snapped(brush, x), y - 4, 1, 8);
    return;
  }
  const size = Math.min(MARK_PX, roomPx + 2);
  const paper = palette.paper;
  const slotPx = roomPx / boxes.length;
  if (slotPx < BEAD_PX && boxes.length > 1) {
    paintMark(brush, boxes[0]?.shape ?? -1, x, y, size, tone, paper);
    const text = `×${boxes.length}`;
    if (roomPx < BEAD_PX + text.length * characterPx) return;
    context.fillStyle = palette.muted;
    context.textBaseline = "middle";
    context.textAlign = "start";
    context.fillText(text, x + 7, y + 0.5);
    return;
  }
  const texts = isLabelled ? beadTexts(scene, group, characterPx) : [];
  let at = x;
  for (const [bead, box] of boxes.entries()) {
    const text = texts[bead] ?? "";
    if (at > x) {
      // A thread back to the moment: beads beside it happen at the same time.
      context.fillStyle = palette.tints[laid.lane.tone][2] ?? tone;
      context.fillRect(x + 4, y + 6, at - x - 4, 1);
    }
    paintMark(brush, box.shape, at, y, size, tone, paper);
    if (text !== "") {
      context.fillStyle = palette.ink;
      context.textBaseline = "middle";
      context.textAlign = "start";
      context.fillText(text, at + BEAD_PX, y + 0.5);
    }
    at += text === "" ? BEAD_PX : 2 * BEAD_PX + 6 + text.length * characterPx;
  }
}

/** What each bead is, where all of them have room for all of it; a single one as far as it has. */
function beadTexts(
  { run }: Scene,
  { boxes, roomPx }: BeadGroup,
  characterPx: number,
): readonly string[] {
  const room = Math.floor(roomPx / characterPx);
  const perBead = Math.ceil((2 * BEAD_PX + 6) / characterPx);
  const labelOf = (row: number, most: number) => labelIn(run.trace, row, run.registers, most);
  if (boxes.length === 1) {
    return [labelOf(boxes[0]?.row ?? 0, Math.min(LABEL_CHARACTERS_MAX, room - perBead))];
  }
  const texts = boxes.map(({ row }) => labelOf(row, LABEL_CHARACTERS_MAX));
  const wanted = texts.reduce((all, text) => all + text.length + perBead, 0);
  return wanted <= room ? texts : [];
}

/** A mark of the same shape as in the drawing of a packet's journey. */
export function paintMark(
  { context, palette }: Brush,
  shape: number,
  x: number,
  y: number,
  sizePx: number,
  color: string,
  ground: string,
): void {
  if (MARK_SHAPES[shape] === undefined) return;
  const path = markPath(shape, sizePx);
  context.translate(x, y);
  if (isHollow(shape)) {
    context.fillStyle = ground;
    context.fill(path);
    context.strokeStyle = color;
    context.lineWidth = 1.5 * palette.stroke;
    context.stroke(path);
  } else {
    context.fillStyle = color;
    context.fill(path);
  }
  context.translate(-x, -y);
}
