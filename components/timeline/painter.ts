import type { PacketRows } from "../flow/packet-rows.ts";
import { tellerOf } from "../flow/story.ts";
import { Arrows } from "./arrows.ts";
import type { Brush } from "./brush.ts";
import { BinCache } from "./bin-cache.ts";
import { paintArrows } from "./paint-arrows.ts";
import { paintCycles, paintCycleScale } from "./paint-cycles.ts";
import { paintAxes, paintGround, paintLine } from "./paint-frame.ts";
import { paintBusyShares, paintCoarse, paintExits, paintShareTexts } from "./paint-lanes.ts";
import { paintRows } from "./paint-rows.ts";
import { isSelectionInView, paintSelection } from "./paint-selection.ts";
import {
  isThreadInView,
  packetsOf,
  paintOtherThreads,
  paintThread,
  threadPoints,
} from "./paint-threads.ts";
import { pixelOf } from "./pixel-field.ts";
import { boxesInView, ROWS_DRAWN_MAX, rowsInView } from "./row-boxes.ts";
import type { RowIndex } from "./row-index.ts";
import { type Scene, stretchInView } from "./scene.ts";

/** Up to so many rows in view, hand-overs have arrows. */
const ARROW_ROWS_MAX = 400;
const ARROW_PACKETS_MAX = 24;
const THREADS_MAX = 48;

/** Draws scenes of one run; keeps what takes long to find. */
export class Painter {
  readonly index: RowIndex;
  readonly #bins: BinCache;
  readonly #run: Scene["run"];
  #arrows: Arrows | undefined;
  /** The overlay that was left with nothing on it. */
  #blankOverlay: Brush | undefined;
  /** Whether hand-overs have arrows in the drawing below. */
  #hasArrows = false;

  constructor(index: RowIndex, run: Scene["run"]) {
    this.index = index;
    this.#bins = new BinCache(index, run.costs);
    this.#run = run;
  }

  /** The rows by packet; found when first asked for, once for all views of the run. */
  get packets(): PacketRows {
    return tellerOf(this.#run).packetRows;
  }

  /** Draws everything but the selection and the thread of its packet. */
  paint(brush: Brush, scene: Scene): void {
    const { index } = this;
    const { from, to } = stretchInView(scene);
    const rowCount = rowsInView(index, from, to);
    const isFar = rowCount > ROWS_DRAWN_MAX;
    this.#hasArrows = rowCount <= ARROW_ROWS_MAX;
    // Rows near by are drawn with strokes: of them, single pixels are only the lane of cycles.
    const top = isFar ? 0 : Math.floor(scene.layout.cyclesTop * brush.ratio);
    brush.field.clear(pixelOf(brush.palette.paper), top);
    if (isFar) paintBusyShares(brush, scene, index);
    const bins = this.#bins.of(scene);
    paintCycles(brush, scene, bins);
    brush.field.put(brush.context, top);
    if (top > 0) {
      brush.context.fillStyle = brush.palette.paper;
      brush.context.fillRect(0, 0, scene.layout.plotPx, top / brush.ratio);
    }
    paintGround(brush, scene);
    if (!isFar) this.#paintNear(brush, scene);
    else {
      paintExits(brush, scene, index);
      paintLine(brush, scene);
      paintShareTexts(brush, scene, index);
    }
    paintCycleScale(brush, scene, bins);
    paintAxes(brush, scene);
  }

  /**
   * Draws what is on top: the thread of a packet and the selected row.
   * @param packet Counted from 0; -1 for none.
   */
  paintSelection(
    brush: Brush,
    scene: Scene,
    packet: number,
    row: number,
    pointedRow: number,
  ): void {
    const { layout } = scene;
    const thread = packet < 0 ? [] : threadPoints(scene, this.index, this.packets.of(packet));
    const isInView = isThreadInView(thread, layout.plotPx);
    const isBlank = !isInView && pointedRow < 0 && !isSelectionInView(scene, row);
    // A canvas that is touched is sent to the screen anew: what shows nothing is left alone.
    if (isBlank && this.#blankOverlay === brush) return;
    this.#blankOverlay = isBlank ? brush : undefined;
    brush.context.clearRect(0, 0, layout.plotPx, layout.heightPx);
    if (isInView) {
      paintThread(brush, thread, true);
      // The line is crossed on top of everything.
      const arrows = this.#arrows?.of(packet) ?? [];
      if (this.#hasArrows)
        paintArrows(
          brush,
          scene,
          arrows.filter(({ kind }) => kind !== "pass"),
        );
    }
    paintSelection(brush, scene, this.index, row, pointedRow);
  }

  #paintNear(brush: Brush, scene: Scene): void {
    const { index } = this;
    const boxes = boxesInView(scene, index);
    const rows = boxes.map(({ row }) => row);
    if (scene.showsThreads) {
      const packets = packetsOf(index, rows, THREADS_MAX);
      paintOtherThreads(brush, scene, index, this.packets, packets);
    }
    paintRows(brush, scene, boxes);
    if (!this.#hasArrows) paintExits(brush, scene, index);
    paintLine(brush, scene);
    if (!this.#hasArrows) return;
    this.#arrows ??= new Arrows(index, this.packets);
    for (const one of packetsOf(index, rows, ARROW_PACKETS_MAX)) {
      paintArrows(brush, scene, this.#arrows.of(one));
    }
  }
}

/** Draws what is known before the rows are read: a sample of them, the line and the axis. */
export function paintPreview(brush: Brush, scene: Scene): void {
  brush.field.clear(pixelOf(brush.palette.paper));
  paintCoarse(brush, scene);
  brush.field.put(brush.context);
  paintGround(brush, scene);
  paintLine(brush, scene);
  paintAxes(brush, scene);
}
