import type { ExplorerRun } from "../explorer/explorer-run.ts";
import type { TimelineAction } from "./action.ts";
import { coarseShares } from "./coarse.ts";
import { endOfLane, neighbourInLane, neighbourLane } from "./hit.ts";
import { buildIndex, depthsOf, sortByLane } from "./index-builder.ts";
import { laneOrder, type LaneOrder } from "./lane-order.ts";
import { layOutTimeline } from "./layout.ts";
import { Painter } from "./painter.ts";
import type { RowIndex } from "./row-index.ts";
import { type Scene, stretchInView, timeAt } from "./scene.ts";
import { atOnce, inSlices } from "./slices.ts";
import { TimeMap } from "./time-map.ts";
import { around, type AxisWindow, clampWindow, panned, zoomed } from "./window.ts";

/** Rows of the beginning that say how many levels the lanes will need. */
const LEVEL_ROWS = 8192;
/** From so much idle time on, it is folded unless the reader wants otherwise. */
const FOLD_FROM_SHARE = 0.8;
/** What is around a row that the reader goes to: this many times its length, and at least so much. */
const ROW_CONTEXT = 16;
const ROW_CONTEXT_CYCLES = 4000;

/** What was read of runs: a timeline that is opened again is sharp at once. */
const indexes = new WeakMap<ExplorerRun, RowIndex>();

/** A run in a timeline: what of it is in view, and how the reader moves through it. */
export class TimelineSession {
  #scene: Scene;
  #painter: Painter | undefined;
  #levels: Uint8Array;
  #giveUp: (() => void) | undefined;
  #wantsFold: boolean | undefined;
  #row = -1;
  #packet = 0;
  #size = { widthPx: 960, typeScale: 1 };
  readonly #order: LaneOrder;
  readonly #ready: () => void;

  /** @param ready Is called when all rows are read. */
  constructor(run: ExplorerRun, ready: () => void) {
    const { trace, costs } = run;
    this.#ready = ready;
    this.#order = laneOrder(trace);
    const some = atOnce(sortByLane(trace, this.#order, Math.min(trace.length, LEVEL_ROWS)));
    this.#levels = atOnce(depthsOf(trace, some)).levels;
    const coarse = coarseShares(trace, this.#order, costs.charges);
    const map = new TimeMap(coarse.fromCycles, coarse.toCycles);
    this.#scene = {
      run,
      layout: layOutTimeline(this.#order.lanes, this.#levels, this.#size),
      window: { from: 0, to: map.axisCycles },
      map,
      index: undefined,
      coarse,
      showsThreads: false,
    };
  }

  get scene(): Scene {
    return this.#scene;
  }

  get index(): RowIndex | undefined {
    return this.#painter?.index;
  }

  get painter(): Painter | undefined {
    return this.#painter;
  }

  /** The packet that is followed, from 1; 0 for none. */
  get packet(): number {
    return this.#packet;
  }

  get canFold(): boolean {
    return (this.index?.data.folded.foldStarts.length ?? 0) > 0;
  }

  get isFolded(): boolean {
    const { map, index } = this.#scene;
    return this.canFold && map === index?.data.folded;
  }

  /** From when to when is in view, in cycles of the trace; undefined: everything. */
  get range(): readonly [number, number] | undefined {
    const { window, map, layout } = this.#scene;
    if (window.from <= 0 && window.to >= map.axisCycles) return undefined;
    return [timeAt(this.#scene, 0), timeAt(this.#scene, layout.plotPx)];
  }

  /** Reads the rows, in slices, unless they are read already. */
  start(): void {
    if (this.#painter !== undefined || this.#giveUp !== undefined) return;
    const { run } = this.#scene;
    const known = indexes.get(run);
    if (known !== undefined) {
      this.#take(known);
      return;
    }
    this.#giveUp = inSlices(buildIndex(run.trace, this.#order, run.costs), (index) => {
      indexes.set(run, index);
      this.#take(index);
    });
  }

  /** Gives up reading. */
  stop(): void {
    this.#giveUp?.();
    this.#giveUp = undefined;
  }

  /** Lays out anew where the size is another one. */
  layOut(widthPx: number, typeScale: number): boolean {
    if (widthPx === this.#size.widthPx && typeScale === this.#size.typeScale) return false;
    this.#size = { widthPx, typeScale };
    this.#layOut();
    return true;
  }

  /** The row that is selected, and the packet to follow when that row has none. */
  choose(row: number, packet: number): void {
    const { run } = this.#scene;
    const own = run.trace.packet[row] ?? -1;
    this.#packet = own >= 0 ? own + 1 : Math.min(Math.max(0, packet), run.packetCount);
    if (row === this.#row) return;
    this.#row = row;
    this.#bringIntoView();
  }

  /** Shows another part of the axis; false when it is in view already. */
  show(window: AxisWindow): boolean {
    const before = this.#scene.window;
    if (window.from === before.from && window.to === before.to) return false;
    this.#scene = { ...this.#scene, window };
    return true;
  }

  /** Shows a stretch of time; undefined: everything. */
  showTime(range: readonly [number, number] | undefined): boolean {
    const { map } = this.#scene;
    if (range === undefined) return this.show({ from: 0, to: map.axisCycles });
    const [from, to] = range;
    return this.show(clampWindow({ from: map.toAxis(from), to: map.toAxis(to) }, map.axisCycles));
  }

  /** Zooms around a place of the drawing; a factor below 1 zooms in. */
  zoomAt(x: number, factor: number): boolean {
    const { window, map, layout } = this.#scene;
    const at = window.from + (x / layout.plotPx) * (window.to - window.from);
    return this.show(zoomed(window, factor, at, map.axisCycles));
  }

  /** Moves what is seen by so many pixels to the left. */
  panBy(pixels: number): boolean {
    const { window, map, layout } = this.#scene;
    return this.show(panned(window, pixels / layout.plotPx, map.axisCycles));
  }

  /** Folds idle time or shows it, with the same moments at both ends. */
  fold(isFolded: boolean): boolean {
    this.#wantsFold = isFolded;
    const { index } = this.#scene;
    if (index === undefined) return false;
    const range = this.range;
    const map = isFolded ? index.data.folded : index.data.plain;
    if (map === this.#scene.map) return false;
    this.#scene = { ...this.#scene, map };
    this.showTime(range);
    return true;
  }

  showThreads(showsThreads: boolean): void {
    this.#scene = { ...this.#scene, showsThreads };
  }

  /** Zooms and moves as a button or key says. */
  move(action: TimelineAction): boolean {
    const { window, map } = this.#scene;
    switch (action) {
      case "zoomIn":
      case "zoomOut":
        return this.show(
          zoomed(window, action === "zoomIn" ? 0.5 : 2, this.#focus(), map.axisCycles),
        );
      case "earlier":
      case "later":
        return this.show(panned(window, action === "later" ? 0.5 : -0.5, map.axisCycles));
      case "fitAll":
        return this.showTime(undefined);
      case "fitPacket":
        return this.#fitPacket();
      case "toSelection":
        return this.#goToSelection();
      default:
        return false;
    }
  }

  /** The row that a key leads to; -1 when there is none, undefined for actions that only move. */
  rowAfter(action: TimelineAction): number | undefined {
    const isLane = action === "laneUp" || action === "laneDown";
    const isStep = action === "rowBack" || action === "rowNext";
    if (!isLane && !isStep && action !== "firstRow" && action !== "lastRow") return undefined;
    const { index } = this;
    if (index === undefined) return -1;
    if (this.#row < 0) return this.#firstInView(index);
    if (isLane) return neighbourLane(index, this.#row, action === "laneUp" ? -1 : 1);
    if (isStep) return neighbourInLane(index, this.#row, action === "rowBack" ? -1 : 1);
    return endOfLane(index, this.#row, action === "lastRow");
  }

  /** The first row of a packet, counted from 1; -1 before the rows are read. */
  firstRowOf(packet: number): number {
    return this.#painter?.packets.of(packet - 1)[0] ?? -1;
  }

  #take(index: RowIndex): void {
    this.#giveUp = undefined;
    const { run } = this.#scene;
    const range = this.range;
    this.#painter = new Painter(index, run);
    this.#levels = index.data.levels;
    const { folded, plain, idleShare } = index.data;
    const folds = this.#wantsFold ?? (idleShare > FOLD_FROM_SHARE && folded.foldStarts.length > 0);
    this.#scene = { ...this.#scene, index, map: folds ? folded : plain };
    this.#layOut();
    this.showTime(range);
    this.#bringIntoView();
    this.#ready();
    this.#giveUp = inSlices(findPackets(this.#painter), () => {
      this.#giveUp = undefined;
    });
  }

  #layOut(): void {
    const layout = layOutTimeline(this.#order.lanes, this.#levels, this.#size);
    this.#scene = { ...this.#scene, layout };
  }

  /** Where zooming holds on to: the selection when it is in view, else the middle. */
  #focus(): number {
    const { window, map, run } = this.#scene;
    const start = run.trace.startCycles[this.#row];
    const at = start === undefined ? -1 : map.toAxis(start);
    return at >= window.from && at <= window.to ? at : (window.from + window.to) / 2;
  }

  #bringIntoView(): void {
    const { map, window, run } = this.#scene;
    const start = run.trace.startCycles[this.#row];
    if (start === undefined) return;
    const at = map.toAxis(start);
    if (at >= window.from && at <= window.to) return;
    const half = (window.to - window.from) / 2;
    this.show(clampWindow({ from: at - half, to: at + half }, map.axisCycles));
  }

  #goToSelection(): boolean {
    const { map, window, run } = this.#scene;
    const start = run.trace.startCycles[this.#row];
    if (start === undefined) return false;
    const duration = run.trace.durationCycles[this.#row] ?? 0;
    const width = Math.min(
      window.to - window.from,
      Math.max(ROW_CONTEXT_CYCLES, ROW_CONTEXT * duration),
    );
    const middle = map.toAxis(start + duration / 2);
    const next = { from: middle - width / 2, to: middle + width / 2 };
    return this.show(clampWindow(next, map.axisCycles));
  }

  #fitPacket(): boolean {
    const { map, run } = this.#scene;
    const rows = this.#packet < 1 ? undefined : this.#painter?.packets.of(this.#packet - 1);
    if (rows === undefined || rows.length === 0) return false;
    let from = Infinity;
    let to = -Infinity;
    for (const row of rows) {
      const start = run.trace.startCycles[row] as number;
      from = Math.min(from, start);
      to = Math.max(to, start + (run.trace.durationCycles[row] as number));
    }
    return this.show(around(map.toAxis(from), map.toAxis(to), map.axisCycles));
  }

  #firstInView(index: RowIndex): number {
    const { from, to } = stretchInView(this.#scene);
    for (const { index: lane } of index.order.lanes) {
      const entry = index.entryAfter(lane, from);
      if (entry < index.entryAfter(lane, to)) return index.data.rows[entry] as number;
    }
    return index.data.rows[0] ?? -1;
  }
}

/** Finds the rows by packet after the first sharp drawing, so that no later one waits for them. */
function* findPackets(painter: Painter): Generator<undefined, void> {
  yield;
  void painter.packets;
}
