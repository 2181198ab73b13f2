import { expect } from "chai";
import fc from "fast-check";
import { linearAxis, logAxis, metricText, ratioAxis } from "../../../components/chart/ticks.ts";

describe("chart axes", () => {
  it("linearAxis: 0 stands at the beginning and the largest value at the end", () => {
    const axis = linearAxis(5000, 800);
    expect([axis.at(0), axis.at(5000), axis.at(2500)]).to.deep.equal([0, 800, 400]);
  });

  it("logAxis: every value lies on it, larger ones further on, marks at powers of ten", () => {
    const value = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [min, max] = [Math.min(one, other), Math.max(one, other)];
        const axis = logAxis(min, max, 500);
        expect(axis.at(min)).to.be.within(0, 500 + 1e-6);
        expect(axis.at(max)).to.be.within(axis.at(min), 500 + 1e-6);
      }),
    );
    expect(logAxis(20, 5000, 300).ticks.map(({ label }) => label)).to.deep.equal([
      "10",
      "100",
      "1\u202f000",
    ]);
  });

  it("ratioAxis: 1 stands in the middle, and half and double equally far from it", () => {
    const axis = ratioAxis(0.3, 2, 400);
    expect(axis.at(1)).to.be.closeTo(200, 1e-9);
    expect(axis.at(2) - 200).to.be.closeTo(200 - axis.at(0.5), 1e-9);
    expect(axis.ticks.map(({ label }) => label)).to.deep.equal(["÷ 4", "÷ 2", "1", "× 2", "× 4"]);
  });

  it("ratioAxis: what is off by very much stands at the end, and marks keep apart", () => {
    const { at, ticks } = ratioAxis(1e-9, 1e9, 400);
    expect([at(1e-9), at(1e9)]).to.deep.equal([0, 400]);
    const gaps = ticks.slice(1).map(({ x }, index) => x - (ticks[index]?.x ?? 0));
    expect(Math.min(...gaps)).to.be.greaterThan(40);
  });

  it("metricText: three digits and a prefix", () => {
    expect([0, 812, 81_234, 1.488e6, 2e10].map(metricText)).to.deep.equal([
      "0",
      "812",
      "81.2\u202fk",
      "1.49\u202fM",
      "20\u202fG",
    ]);
  });
});
