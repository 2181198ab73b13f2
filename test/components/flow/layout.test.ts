import { expect } from "chai";
import { crossingLabels, exitNumbers } from "../../../components/flow/crossing-label.ts";
import { layOut } from "../../../components/flow/layout.ts";
import { stepsOf } from "../../../components/flow/steps.ts";
import { aTrace, DOORBELL_ROWS } from "./a-trace.ts";

function aLayout(stepPx = 20) {
  const trace = aTrace(DOORBELL_ROWS);
  const rows = stepsOf(trace, Int32Array.from(trace.a.keys()));
  return layOut(trace, rows, {
    stepPx,
    lanePx: 40,
    driverLanePx: 80,
    linePx: 40,
    detailed: true,
  });
}

describe("layOut", () => {
  it("layOut: lanes keep their order, and the line runs between guest and host", () => {
    const { lanes, lineY, height } = aLayout();
    const ys = lanes.map(({ y }) => y);
    expect(ys).to.deep.equal(ys.toSorted((a, b) => a - b));
    expect(lanes[1]?.y).to.be.below(lineY);
    expect(lanes[2]?.y).to.be.above(lineY);
    expect(height).to.equal(360);
  });

  it("layOut: each step has its mark, one step's width from the next, in its actor's lane", () => {
    const { marks, lanes, width } = aLayout();
    expect(marks.map(({ x }) => x)).to.deep.equal(marks.map((_, index) => 10 + 20 * index));
    expect(marks.every(({ actor, y }) => lanes[actor]?.y === y)).to.equal(true);
    expect(width).to.equal(240);
  });

  it("layOut: exits are numbered, and the guest stands still between exit and entry", () => {
    const { handOvers, stopped } = aLayout();
    expect(handOvers.map(({ exitNumber }) => exitNumber).filter(Boolean)).to.deep.equal([1]);
    expect(stopped).to.deep.equal([{ fromStep: 4, toStep: 9 }]);
  });

  it("layOut: a span reaches to the last step inside it", () => {
    const [span] = aLayout().spans;
    expect(span?.name).to.equal("cp_start_xmit");
    expect([span?.fromStep, span?.toStep]).to.deep.equal([1, 10]);
  });

  it("crossingLabels: a cause stands beside its exit when there is room, and not otherwise", () => {
    expect(crossingLabels(aLayout(40)).map(({ text }) => text)).to.deep.equal([
      "EPT misconfiguration",
    ]);
    expect(crossingLabels(aLayout(12))).to.deep.equal([]);
  });
});

describe("exitNumbers", () => {
  it("exitNumbers: what would overlap is left out, but never the last number", () => {
    const layout = aLayout();
    const [exit] = layout.handOvers.filter(({ kind }) => kind === "exit");
    const numbersAt = (...places: readonly number[]) => {
      const handOvers = places.flatMap((x2, index) =>
        exit ? [{ ...exit, x2, exitNumber: index + 1 }] : [],
      );
      return exitNumbers({ ...layout, handOvers }, 18).map(({ text }) => text);
    };
    expect(numbersAt(0, 20, 40)).to.deep.equal(["1", "2", "3"]);
    expect(numbersAt(0, 20, 30, 50, 55)).to.deep.equal(["1", "2", "5"]);
    expect(numbersAt(0, 5)).to.deep.equal(["1", "2"]);
  });
});
