import { chargeShares } from "#engine";
import { TINTS } from "../cost-bars/bar.ts";
import type { ExplorerCosts } from "../explorer/explorer-run.ts";

const LINE_BYTES = 64;

/** What a charge adds to the cycles of each tint; even slots are known, odd ones assumed. */
export class TintTable {
  readonly #parts: readonly (readonly TintPart[])[];

  constructor({ charges, prices }: Pick<ExplorerCosts, "charges" | "prices">) {
    this.#parts = charges.map((charge) =>
      chargeShares(charge, prices).map(({ category, assumed, ...cycles }) => ({
        slot: (TINTS[category] - 1) * 2 + (assumed ? 1 : 0),
        ...cycles,
      })),
    );
  }

  /** Adds the cycles of a row with this charge and value in column `a`. */
  add(charge: number, a: number, sums: Float64Array, factor = 1): void {
    for (const { slot, rowCycles, byteCycles, lineCycles } of this.#parts[charge] ?? []) {
      const lines = lineCycles === 0 ? 0 : lineCycles * Math.ceil(a / LINE_BYTES);
      sums[slot] = (sums[slot] as number) + factor * (rowCycles + byteCycles * a + lines);
    }
  }
}

interface TintPart {
  readonly slot: number;
  readonly rowCycles: number;
  readonly byteCycles: number;
  readonly lineCycles: number;
}
