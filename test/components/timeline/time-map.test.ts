import { expect } from "chai";
import fc from "fast-check";
import { cycleTicks, timeTicks } from "../../../components/timeline/axis-ticks.ts";
import { TimeMap } from "../../../components/timeline/time-map.ts";
import { clampWindow, panned, zoomed } from "../../../components/timeline/window.ts";

/** 1000 cycles from 500 on; 600 to 900 and 1000 to 1400 are folded to 10 each. */
const folded = () =>
  new TimeMap(500, 1500, Float64Array.of(600, 1000), Float64Array.of(900, 1400), 10);

describe("TimeMap", () => {
  it("TimeMap: folded stretches are as long as they are drawn, and all else as long as it is", () => {
    const map = folded();
    expect(map.axisCycles).to.equal(1000 - 290 - 390);
    expect([500, 600, 750, 900, 1000, 1400, 1500].map((time) => map.toAxis(time))).to.deep.equal([
      0, 100, 105, 110, 210, 220, 320,
    ]);
  });

  it("TimeMap: from the axis and back is where it was (seed 3)", () => {
    const map = folded();
    fc.assert(
      fc.property(fc.double({ min: 0, max: 320, noNaN: true }), (axis) => {
        expect(map.toAxis(map.toTime(axis))).to.be.closeTo(axis, 1e-9);
      }),
      { seed: 3 },
    );
  });

  it("TimeMap: folds between two places are those that are seen there", () => {
    const map = folded();
    expect(map.foldsBetween(0, 320)).to.deep.equal({ from: 0, to: 2 });
    expect(map.foldsBetween(120, 200)).to.deep.equal({ from: 1, to: 1 });
    expect(map.foldsBetween(215, 320)).to.deep.equal({ from: 1, to: 2 });
  });
});

describe("windows", () => {
  it("zoomed: the place under the pointer stays, and the window stays on the axis", () => {
    const window = zoomed({ from: 0, to: 1000 }, 0.5, 250, 1000);
    expect(window).to.deep.equal({ from: 125, to: 625 });
    expect(zoomed(window, 100, 250, 1000)).to.deep.equal({ from: 0, to: 1000 });
  });

  it("zoomed: it ends at one access", () => {
    let window = { from: 0, to: 1e9 };
    for (let step = 0; step < 60; step++) window = zoomed(window, 0.5, 5e8, 1e9);
    expect(window.to - window.from).to.equal(32);
  });

  it("panned: it stops at both ends with the same width", () => {
    expect(panned({ from: 900, to: 1000 }, 5, 1000)).to.deep.equal({ from: 900, to: 1000 });
    expect(panned({ from: 40, to: 140 }, -1, 1000)).to.deep.equal({ from: 0, to: 100 });
    expect(clampWindow({ from: -50, to: 2000 }, 1000)).to.deep.equal({ from: 0, to: 1000 });
  });
});

describe("timeTicks", () => {
  it("timeTicks: marks stand where their labels say, in the unit that suits", () => {
    const map = new TimeMap(0, 2.4e6);
    const { ticks, unit } = timeTicks(map, { from: 0, to: 2.4e6 }, 1000, 2400);
    expect(unit).to.equal("µs");
    for (const { x, label } of ticks)
      expect(x).to.be.closeTo(Number(label.replace(/\s/g, "")), 1e-6);
    expect(ticks.length).to.be.at.least(4);
  });

  it("timeTicks: no two marks are too close to be read, also where idle time is folded", () => {
    const map = folded();
    for (const { ticks } of [
      timeTicks(map, { from: 0, to: 320 }, 900, 1),
      cycleTicks(map, { from: 0, to: 320 }, 900),
    ]) {
      const gaps = ticks.slice(1).map(({ x }, tick) => x - (ticks[tick]?.x ?? 0));
      expect(Math.min(...gaps)).to.be.at.least(60);
      expect(ticks.length).to.be.at.least(3);
    }
  });

  it("timeTicks: far from the beginning marks count on from the first in view", () => {
    const map = new TimeMap(0, 1e10);
    const { ticks, base } = timeTicks(map, { from: 5e9, to: 5e9 + 2400 }, 1000, 2400);
    expect(base).to.not.equal("");
    expect(ticks[1]?.label).to.match(/^\+/);
  });
});
