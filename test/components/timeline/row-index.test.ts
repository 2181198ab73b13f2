import { KIND, MODES, rowCycles } from "#engine";
import { expect } from "chai";
import fc from "fast-check";
import { columnBorders, exitColumns, laneColumns } from "../../../components/timeline/columns.ts";
import { cycleBins } from "../../../components/timeline/cycle-bins.ts";
import { buildIndex } from "../../../components/timeline/index-builder.ts";
import { laneOfRow, laneOrder } from "../../../components/timeline/lane-order.ts";
import type { RowIndex } from "../../../components/timeline/row-index.ts";
import { atOnce } from "../../../components/timeline/slices.ts";
import { TintTable } from "../../../components/timeline/tint-table.ts";
import type { ExplorerRun } from "#components";
import { aRun } from "./a-run.ts";

const indexOf = (run: ExplorerRun): RowIndex =>
  atOnce(buildIndex(run.trace, laneOrder(run.trace), run.costs));

/** Busy cycles by resource, without polls that found nothing, straight from the rows. */
function busyByResource({ trace, costs }: ExplorerRun): Map<number, number> {
  const sums = new Map<number, number>();
  for (let row = 0; row < trace.length; row++) {
    if (costs.charges[trace.cost[row] ?? 0]?.passed === true) continue;
    const resource = trace.resource[row] ?? 0;
    const cycles = rowCycles(trace, row, costs.charges);
    sums.set(resource, (sums.get(resource) ?? 0) + cycles);
  }
  return sums;
}

const RUNS = MODES.flatMap(({ id }) =>
  (["tx", "rx", "echo"] as const).map((direction) => ({ modeId: id, direction })),
);

describe("RowIndex", () => {
  for (const { modeId, direction } of RUNS) {
    it(`RowIndex: ${modeId} ${direction}: lanes have all rows, in the order of time, and the busy cycles of the costs`, () => {
      const run = aRun({ modeId, direction, packetCount: 20, gapMicroseconds: 3 });
      const index = indexOf(run);
      const { laneStarts, rows, startCycles } = index.data;
      expect(new Set(rows).size).to.equal(run.trace.length);
      const sums = busyByResource(run);
      for (const { index: lane, resource } of index.order.lanes) {
        for (let at = laneStarts[lane] ?? 0; at < (laneStarts[lane + 1] ?? 0); at++) {
          const row = rows[at] ?? -1;
          expect(laneOfRow(index.order, run.trace, row)).to.equal(lane);
          expect(startCycles[at]).to.equal(run.trace.startCycles[row]);
          if (at > (laneStarts[lane] ?? 0)) {
            expect(startCycles[at]).to.be.at.least(startCycles[at - 1] ?? 0);
          }
        }
        sums.set(resource, (sums.get(resource) ?? 0) - index.busyCycles(lane, -1, Infinity));
      }
      expect([...sums.values()]).to.deep.equal([...sums.values()].map(() => 0));
      for (const { name, cpu, busyCycles } of run.costs.resources) {
        if (!cpu) continue;
        const lanes = index.order.lanes.filter(
          ({ resourceLabel }) =>
            resourceLabel === run.costs.resources.find((one) => one.name === name)?.label,
        );
        const all = lanes.reduce(
          (sum, lane) => sum + index.busyCycles(lane.index, -1, Infinity),
          0,
        );
        expect(all, name).to.equal(busyCycles);
      }
    });
  }

  it("RowIndex: columns of any window add up to its busy cycles, none lost and none twice (seed 7)", () => {
    const index = indexOf(aRun({ modeId: "virtio-vhost", direction: "echo", packetCount: 30 }));
    const maps = [index.data.plain, index.data.folded];
    fc.assert(
      fc.property(
        fc.constantFrom(...maps),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.000_01, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 700 }),
        (map, at, width, count) => {
          const from = at * map.axisCycles;
          const window = { from, to: from + width * map.axisCycles };
          const borders = columnBorders(map, window, count);
          for (const { index: lane } of index.order.lanes) {
            const { busyCycles } = laneColumns(index, lane, borders);
            const sum = busyCycles.reduce((all, cycles) => all + cycles, 0);
            const whole = index.busyCycles(lane, borders[0] ?? 0, borders[count] ?? 0);
            expect(sum).to.be.closeTo(whole, 0.01);
            expect(Math.min(...busyCycles)).to.be.at.least(-1e-6);
          }
        },
      ),
      { seed: 7, numRuns: 60 },
    );
  });

  it("RowIndex: exits by column are all the run's exits", () => {
    const run = aRun({ packetCount: 12 });
    const index = indexOf(run);
    const { plain } = index.data;
    const borders = columnBorders(plain, { from: -1, to: plain.axisCycles }, 37);
    expect(exitColumns(index, borders).reduce((sum, count) => sum + count, 0)).to.equal(
      run.totals.exits,
    );
  });

  it("RowIndex: rows counted one by one in a stretch are as many as it says", () => {
    const run = aRun({ modeId: "vf-posted", direction: "rx", packetCount: 25, gapMicroseconds: 2 });
    const index = indexOf(run);
    const { plain } = index.data;
    for (let part = 0; part < 20; part++) {
      const from = plain.toTime((part / 20) * plain.axisCycles);
      const to = plain.toTime(((part + 3) / 20) * plain.axisCycles);
      for (const { index: lane } of index.order.lanes) {
        let count = 0;
        for (let row = 0; row < run.trace.length; row++) {
          const start = run.trace.startCycles[row] ?? 0;
          if (laneOfRow(index.order, run.trace, row) === lane && start > from && start <= to)
            count++;
        }
        expect(index.rowCount(lane, from, to)).to.equal(count);
      }
    }
  });

  it("RowIndex: a function that a function runs in the same lane lies a level deeper", () => {
    const run = aRun({ packetCount: 1 });
    const { depths } = indexOf(run).data;
    const { trace } = run;
    const calls = Array.from(trace.kind.keys()).filter((row) => trace.kind[row] === KIND.call);
    const depthOf = (name: string) =>
      depths[calls.find((row) => trace.names[trace.where[row] ?? 0] === name) ?? -1];
    // The interrupt comes before the driver's send has returned, and stands inside it.
    expect([depthOf("cp_start_xmit"), depthOf("cp_interrupt"), depthOf("cp_tx")]).to.deep.equal([
      0, 2, 3,
    ]);
  });
});

describe("cycleBins", () => {
  for (const modeId of ["vtx-rtl8139", "xen-netfront", "vf-dpdk"]) {
    it(`cycleBins: ${modeId}: tints of all bins add up to the busy cycles, also of parts of rows`, () => {
      const run = aRun({ modeId, packetCount: 40, gapMicroseconds: 5 });
      const index = indexOf(run);
      const tints = new TintTable(run.costs);
      const { plain } = index.data;
      for (const bins of [1, 5, 77]) {
        const window = { from: 0, to: plain.axisCycles };
        const binCycles = plain.axisCycles / bins;
        const found = cycleBins(index, tints, run.costs, plain, window, binCycles);
        const all = found.totals.reduce((sum, cycles) => sum + cycles, 0);
        const wanted = index.order.lanes.reduce(
          (sum, { index: lane }) => sum + index.busyCycles(lane, plain.fromCycles, Infinity),
          0,
        );
        // A row's price is rounded to a 256th of a cycle, its parts are not.
        expect(all).to.be.closeTo(wanted, run.trace.length / 256);
      }
    });
  }
});
