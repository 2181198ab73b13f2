import { figure, percentText, rangeText, withRange } from "#components";
import { expect } from "chai";

describe("rangeText", () => {
  it("rangeText: bounds have three digits at most and are grouped", () => {
    expect(rangeText({ low: 12_345, typical: 15_000, high: 1.2345 })).to.equal(
      "12\u202f300 – 1.23",
    );
    expect(rangeText({ low: 784, typical: 784, high: 784 })).to.equal("784");
  });

  it("figure: whole from 100 on, three digits below, a dash for no number", () => {
    expect([1234.5, 99.94, 0.01234, 0, NaN].map(figure)).to.deep.equal([
      "1\u202f235",
      "99.9",
      "0.0123",
      "0",
      "–",
    ]);
  });

  it("withRange: bounds stand in brackets where there are any", () => {
    expect(withRange({ low: 1, typical: 2, high: 3 })).to.equal("2 (1 – 3)");
    expect(withRange({ low: 2, typical: 2, high: 2 })).to.equal("2");
  });

  it("percentText: what is there at all is never 0 %", () => {
    expect([0, 0.001, 0.5, 1].map(percentText)).to.deep.equal(["0 %", "< 1 %", "50 %", "100 %"]);
  });
});
