import { expect } from "chai";
import { handOversOf } from "../../../components/flow/hand-over.ts";
import { moved, moveOfKey } from "../../../components/flow/navigation.ts";
import { stepsOf } from "../../../components/flow/steps.ts";
import { aTrace, DOORBELL_ROWS } from "./a-trace.ts";

describe("moved", () => {
  const trace = aTrace(DOORBELL_ROWS);
  const rows = stepsOf(trace, Int32Array.from(trace.a.keys()));
  const go = (key: string, step: number) =>
    moved(moveOfKey(key) ?? "first", step, rows.length, handOversOf(trace, rows));

  it("moved: arrows go one step and stop at both ends", () => {
    expect([go("ArrowRight", 3), go("ArrowLeft", 3)]).to.deep.equal([4, 2]);
    expect([go("ArrowLeft", 0), go("ArrowRight", 11)]).to.deep.equal([0, 11]);
    expect([go("Home", 5), go("End", 5)]).to.deep.equal([0, 11]);
  });

  it("moved: Page keys go from hand-over to hand-over, e from exit to exit", () => {
    expect([go("PageDown", 1), go("PageUp", 5)]).to.deep.equal([4, 4]);
    expect([go("e", 0), go("E", 9), go("e", 4)]).to.deep.equal([4, 4, 4]);
  });

  it("moveOfKey: other keys are the page's", () => {
    expect(moveOfKey("Tab")).to.equal(undefined);
  });
});
