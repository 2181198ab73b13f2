import {
  DIRECTIONS,
  type Entry,
  entries,
  generatePackets,
  MODES,
  rowEntries,
  type Run,
  simulate,
  total,
} from "#engine";
import { expect } from "chai";

const PACKETS = 4;

function aRun(mode: (typeof MODES)[number], direction: (typeof DIRECTIONS)[number]) {
  const frames = generatePackets({
    count: PACKETS,
    frameBytesWithoutFcs: 200,
    seed: 7,
    direction: direction === "rx" ? "rx" : "tx",
  });
  const run = simulate({ mode, direction, frames });
  if (run.costs === undefined) throw new Error("the run has no prices");
  return { run, costs: run.costs };
}

const allRows = ({ trace }: Run) => Array.from({ length: trace.length }, (_, row) => row);

/** Entries in one order: which comes first does not matter. */
function counts(some: readonly Entry[]): Map<string, readonly number[]> {
  const lines = some.map(({ actor, cost, count, warmCount }): [string, readonly number[]] => [
    `${actor} ${cost}`,
    [count, warmCount],
  ]);
  return new Map(lines.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

describe("rowEntries", () => {
  for (const mode of MODES) {
    it(`rowEntries: all rows of ${mode.id} come to the run's ledger, whatever the direction`, () => {
      for (const direction of DIRECTIONS) {
        const { run, costs } = aRun(mode, direction);
        const ofRows = rowEntries(run.trace, allRows(run), costs);
        expect(ofRows.length).to.be.above(3);
        expect(counts(ofRows), direction).to.deep.equal(counts(entries(costs)));
        const sum = total(costs, ofRows).typical;
        expect(sum).to.be.closeTo(total(costs, entries(costs)).typical, 1e-6 * sum);
      }
    });

    it(`rowEntries: the packets of ${mode.id} and what belongs to none add up to the run`, () => {
      for (const direction of DIRECTIONS) {
        const { run, costs } = aRun(mode, direction);
        const all = allRows(run);
        let typical = 0;
        for (let packet = -1; packet < PACKETS; packet++) {
          const own = all.filter((row) => run.trace.packet[row] === packet);
          typical += total(costs, rowEntries(run.trace, own, costs)).typical;
        }
        const whole = total(costs, rowEntries(run.trace, all, costs)).typical;
        expect(typical, direction).to.be.closeTo(whole, 1e-9 * whole);
      }
    });
  }
});
