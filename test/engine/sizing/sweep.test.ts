// Sweeps: their plan, a point, what is made of results.
import { expect } from "chai";
import { InputError } from "../../../engine/core/input-error.ts";
import { runPoint } from "../../../engine/sizing/run-point.ts";
import { assembleSweep, sweep } from "../../../engine/sizing/sweep.ts";
import { planSweep, type SweepOptions } from "../../../engine/sizing/sweep-plan.ts";
import type { SweepPoint } from "../../../engine/sizing/sweep-point.ts";
import { sweepToCsv, sweepToText } from "../../../engine/sizing/sweep-report.ts";

const prices = { profileId: "skylake-sp" };

function aPlan(changes: Partial<SweepOptions> = {}) {
  return planSweep({
    prices,
    modes: ["virtio-vhost", "vf-posted"],
    mixes: [{ kind: "fixed", packetBytes: 64 }],
    loads: [{ share: 0.5 }, { share: 2 }],
    direction: "rx",
    packetCount: 200,
    ...changes,
  });
}

describe("planSweep", () => {
  it("is twelve modes by seven sizes by twenty loads from 5 % to 200 % unless told otherwise", () => {
    const { points, leftOut, loadCount } = planSweep({ prices });
    expect(points).to.have.length(84);
    expect(leftOut).to.deep.equal([]);
    expect(loadCount).to.equal(1680);
    const shares = points[0]?.loads.map((load) => "share" in load && load.share);
    expect(shares?.[0]).to.equal(0.05);
    expect(shares?.at(-1)).to.equal(2);
    expect(points[0]?.direction).to.equal("forward");
  });

  it("leaves out what the part does not have, with the reason", () => {
    const { points, leftOut } = aPlan({ prices: { profileId: "sandy-bridge-ep" } });
    expect(points.map(({ mode }) => mode)).to.deep.equal(["virtio-vhost"]);
    expect(leftOut.map(({ mode }) => mode)).to.deep.equal(["vf-posted"]);
    expect(leftOut[0]?.why).to.match(/cannot post interrupts/);
  });

  it("refuses loads, sizes, modes and knobs that there are not", () => {
    const wrong: Partial<SweepOptions>[] = [
      { loads: [] },
      { loads: [{ share: 0 }] },
      { loads: [{ packetsPerSecond: Number.NaN }] },
      { mixes: [{ kind: "fixed", packetBytes: 63 }] },
      { modes: ["e1000"] },
      { knobs: { nonsense: 1 } },
      { prices: { profileId: "z80" } },
      { prices: { profileId: "skylake-sp", overrides: { nonsense: 1 } } },
    ];
    for (const change of wrong) expect(() => aPlan(change)).to.throw(InputError);
  });
});

describe("runPoint", () => {
  const { points } = aPlan();
  const [vhost, posted] = points as [SweepPoint, SweepPoint];

  it("gives the same result whatever ran before, as in any worker", () => {
    const first = JSON.stringify(runPoint(structuredClone(vhost)));
    runPoint(posted);
    expect(JSON.stringify(structuredClone(runPoint(vhost)))).to.equal(first);
  });

  it("delivers half of the capacity whole, and no more than about the capacity of twice as much", () => {
    const result = runPoint(vhost);
    const [half, twice] = result.loads;
    expect(half?.dropped).to.equal(0);
    expect(half?.share).to.be.closeTo(0.5, 1e-9);
    expect(half?.deliveredPacketsPerSecond).to.be.closeTo(
      result.capacity.typical / 2,
      result.capacity.typical / 50,
    );
    expect(twice?.deliveredPacketsPerSecond).to.be.lessThan(result.capacity.high * 1.1);
    for (const load of result.loads) expect(load.sent).to.equal(load.delivered + load.dropped);
    expect(result.capacity.low).to.be.at.most(result.capacity.typical);
  });

  it("takes absolute rates, and tells of each load", () => {
    let heard = 0;
    const loads = [{ packetsPerSecond: 20_000 }, { packetsPerSecond: 40_000 }];
    const result = runPoint({ ...posted, loads }, () => heard++);
    expect(heard).to.equal(2);
    expect(result.loads.map((load) => load.offeredPacketsPerSecond)).to.deep.equal([
      20_000, 40_000,
    ]);
  });
});

describe("sweep", () => {
  it("stops between points when it is told to, and says that it is not complete", () => {
    const signal = { aborted: false };
    const stopped = sweep(aPlan(), () => (signal.aborted = true), signal);
    expect(stopped.complete).to.equal(false);
    expect(stopped.results.map(({ mode }) => mode)).to.deep.equal(["virtio-vhost"]);
    expect(sweepToText(stopped)).to.match(/^Cancelled: 1 of 2 modes and sizes are done\.$/m);
  });

  it("writes a line of CSV for each load, and a table by mode and size", () => {
    const plan = aPlan({ modes: ["vf-posted"] });
    const done = assembleSweep(
      plan,
      plan.points.map((point) => runPoint(point)),
    );
    const lines = sweepToCsv(done).split("\r\n");
    expect(lines).to.have.length(4);
    expect(lines[0]).to.match(/^mode,packets,packet_bytes,capacity_low_pps,/);
    const width = lines[0]?.split(",").length;
    expect(lines[1]?.split(",")).to.have.length(width ?? 0);
    expect(lines[1]).to.match(/^vf-posted,64 B,64,/);
    expect(sweepToText(done)).to.match(/^vf-posted +\S+ \(\S+…\S+\)$/m);
  });
});
