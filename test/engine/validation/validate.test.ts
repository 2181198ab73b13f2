import { expect } from "chai";
import { checkOrderings, ORDERINGS } from "../../../engine/validation/orderings.ts";
import { PUBLISHED_POINTS } from "../../../engine/validation/points/index.ts";
import { predictPoint, summarize, validate } from "../../../engine/validation/validate.ts";
import { validationToText } from "../../../engine/validation/validation-report.ts";

describe("validate", () => {
  const predictions = validate();

  it("is off by a median of |log2(ratio)| of at most 0.6, over the points that count", () => {
    const { counted, mapped, excused, points, medianLog2 } = summarize(predictions);
    expect(points).to.equal(84);
    expect(mapped + excused).to.equal(84);
    expect(counted).to.be.at.least(18);
    expect(medianLog2).to.be.at.most(0.6);
  });

  it("has the misses on top, and a reason beside each in the text", () => {
    const off = predictions
      .filter(({ counted }) => counted)
      .map(({ ratio }) => Math.abs(Math.log2(ratio as number)));
    expect(off).to.deep.equal(off.toSorted((one, other) => other - one));
    expect(validationToText(predictions, [])).not.to.include("no reason is known");
  });

  it("gives a range around each prediction, and counts nothing that is only recalled", () => {
    for (const { point, predicted, counted } of predictions) {
      if (predicted === undefined) continue;
      expect(predicted.low, point.id).to.be.at.most(predicted.typical);
      expect(predicted.high, point.id).to.be.at.least(predicted.typical);
      expect(counted, point.id).to.equal(point.verified !== "no");
    }
  });

  it("follows prices: a dearer VM exit makes a round trip through QEMU longer", () => {
    const point = PUBLISHED_POINTS.find(({ id }) => id === "nt.e1000.tap.ping");
    if (point === undefined) throw new Error("no such point");
    const dear = predictPoint(point, { vmRoundTrip: 20_000 });
    const usual = predictions.find((one) => one.point.id === point.id);
    expect(dear.ratio as number).to.be.greaterThan((usual?.ratio as number) * 1.5);
  });
});

describe("The orders that sources state", () => {
  for (const result of checkOrderings()) {
    it(`${result.ordering.id}: ${result.ordering.statement}`, () => {
      expect(result.holds, result.values.join(", ")).to.equal(true);
    });
  }

  it("are found reversed when they are", () => {
    const [first] = ORDERINGS;
    if (first === undefined) throw new Error("no order");
    const reversed = { ...first, systems: first.systems.toReversed() };
    expect(checkOrderings([reversed])[0]?.holds).to.equal(false);
  });
});
