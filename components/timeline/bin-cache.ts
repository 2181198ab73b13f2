import type { ExplorerCosts } from "../explorer/explorer-run.ts";
import { binCyclesFor, type CycleBins, cycleBins } from "./cycle-bins.ts";
import type { RowIndex } from "./row-index.ts";
import type { Scene } from "./scene.ts";
import { TintTable } from "./tint-table.ts";
import type { TimeMap } from "./time-map.ts";

const BIN_PX_MIN = 5;

/** Remembers the bins of cycles beyond what is in view, so that moving finds them made. */
export class BinCache {
  readonly #index: RowIndex;
  readonly #costs: ExplorerCosts;
  readonly #tints: TintTable;
  #kept: { readonly map: TimeMap; readonly bins: CycleBins } | undefined;

  constructor(index: RowIndex, costs: ExplorerCosts) {
    this.#index = index;
    this.#costs = costs;
    this.#tints = new TintTable(costs);
  }

  /** The bins that a scene shows, and some beside them. */
  of({ map, window, layout }: Scene): CycleBins {
    const binCycles = binCyclesFor(window, layout.plotPx, BIN_PX_MIN);
    const kept = this.#kept;
    if (kept !== undefined && kept.map === map && covers(kept.bins, window, binCycles)) {
      return kept.bins;
    }
    // When the view moves, half a screen more on both sides, which lasts for a while.
    const isMoving = kept?.map === map && kept.bins.binCycles === binCycles;
    const room = isMoving ? (window.to - window.from) / 2 : 0;
    const wide = {
      from: Math.max(0, window.from - room),
      to: Math.min(map.axisCycles, window.to + room),
    };
    const bins = cycleBins(this.#index, this.#tints, this.#costs, map, wide, binCycles);
    this.#kept = { map, bins };
    return bins;
  }
}

function covers(bins: CycleBins, window: Scene["window"], binCycles: number): boolean {
  const to = bins.from + bins.binCount * bins.binCycles;
  return bins.binCycles === binCycles && bins.from <= window.from && to >= window.to;
}
