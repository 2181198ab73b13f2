import { evidenceShares } from "../ledger/account.ts";
import type { Evidence } from "../ledger/cost.ts";
import type { PriceList } from "../ledger/price-list.ts";
import { MODES } from "../modes/index.ts";
import { generatePackets } from "../packets/packet-generator.ts";
import { simulate } from "./simulate.ts";
import { DIRECTIONS, type Direction } from "./direction.ts";

/** How the prices of a mode's typical packet are known: shares of its CPU cycles, adding up to 1. */
export interface EvidenceRow {
  readonly mode: string;
  readonly direction: Direction;
  readonly shares: Readonly<Record<Evidence, number>>;
  /** Measured, specified and derived together: what is not assumed. */
  readonly backed: number;
}

const PACKETS = 32;

/** Every mode at its default knobs in each direction, packets of 60 bytes, 100 microseconds apart. */
export function evidenceTable(
  prices: PriceList,
  onProgress?: (done: number, all: number) => void,
): readonly EvidenceRow[] {
  const wanted = MODES.flatMap((mode) => DIRECTIONS.map((direction) => ({ mode, direction })));
  return wanted.map(({ mode, direction }, index): EvidenceRow => {
    onProgress?.(index, wanted.length);
    const frames = generatePackets({
      count: PACKETS,
      frameBytesWithoutFcs: 60,
      seed: 1,
      direction: direction === "rx" ? "rx" : "tx",
    });
    const run = simulate({ mode, frames, direction, prices, trace: false, keepFrames: false });
    const shares = evidenceShares(run.costs as NonNullable<typeof run.costs>);
    return { mode: mode.id, direction, shares, backed: 1 - shares.assumed };
  });
}
