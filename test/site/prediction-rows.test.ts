import type { Prediction, PublishedPoint } from "#engine";
import { expect } from "chai";
import { excused, missesFirst, predictionRow } from "../../site/predictions/prediction-rows.ts";

function aPrediction(id: string, ratio: number, more: Partial<Prediction> = {}): Prediction {
  const point: PublishedPoint = {
    id,
    mode: "a mode",
    metric: "round-trip latency",
    value: 100,
    unit: "us",
    config: "a machine",
    packet: "64 B",
    source: "Somebody 2012",
    where: "Table 1",
    verified: "yes",
    kind: "measured",
  };
  return {
    point,
    published: { low: 100, high: 100, bound: "between" },
    predicted: { low: ratio * 80, typical: ratio * 100, high: ratio * 130 },
    ratio,
    counted: true,
    ...more,
  };
}

const { predicted: _, published: __, ratio: ___, ...without } = aPrediction("excused", 1);
const EXCUSED: Prediction = { ...without, counted: false, excuse: "It is not modelled." };

describe("missesFirst", () => {
  it("missesFirst: the furthest off come first, either way, and what does not count comes last", () => {
    const order = missesFirst([
      aPrediction("near", 1.1),
      aPrediction("recalled", 9, { counted: false }),
      aPrediction("low", 0.2),
      aPrediction("high", 3),
      EXCUSED,
      aPrediction("none", NaN),
    ]);
    expect(order.map(({ point }) => point.id)).to.deep.equal([
      "none",
      "low",
      "high",
      "near",
      "recalled",
    ]);
  });

  it("excused: only those without a prediction", () => {
    expect(excused([aPrediction("near", 1), EXCUSED])).to.deep.equal([EXCUSED]);
  });
});

describe("predictionRow", () => {
  it("predictionRow: ratio with its range, both values in the source's unit, and where it is from", () => {
    const row = predictionRow(aPrediction("high", 2));
    expect(row.range).to.deep.equal({ low: 1.6, typical: 2, high: 2.6 });
    expect(row.text).to.equal("2 (1.6 – 2.6)");
    expect(row.cells).to.deep.equal(["100 µs", "200 (160 – 260)"]);
    expect(row.details.map(({ text }) => text)).to.include("Somebody 2012: Table 1");
  });

  it("predictionRow: what is off by more than two is marked, what is recalled only does not count", () => {
    expect(
      [1.4, 1.9, 2.1].map((ratio) => predictionRow(aPrediction("a", ratio)).verdict),
    ).to.deep.equal(["good", "open", "bad"]);
    const recalled = predictionRow(aPrediction("a", 1, { counted: false }));
    expect(recalled.verdict).to.equal("none");
    expect(recalled.subtitle).to.contain("recalled");
  });
});
