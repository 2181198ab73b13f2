import { expect } from "chai";
import {
  CLAIMS,
  exitCauses,
  exitsOf,
  INPUTS,
  JOURNEYS,
  journeys,
  runOf,
} from "../../lessons/01-one-packet-four-journeys.ts";

describe("Lesson 01", () => {
  for (const inputs of INPUTS) {
    const { direction, sizeBytes } = inputs;
    it(`Lesson 01: every claim holds for ${direction} with ${sizeBytes} bytes`, () => {
      const outcome = journeys(inputs);
      const failed = Object.entries(CLAIMS).filter(([, claim]) => !claim.holds(outcome));
      expect(failed.map(([name]) => name)).to.deep.equal([]);
    });
  }

  it("Lesson 01: every exit has its cause, and the bet is settled by the totals", () => {
    const sent = journeys({ direction: "tx", sizeBytes: 60 });
    const run = runOf(sent, "vtx-rtl8139");
    expect(exitCauses(run).length).to.equal(run.totals.exits);
    const asleep = exitCauses(run).filter(({ access }) => access === "has nothing left to do");
    expect(asleep.map(({ reason }) => reason)).to.deep.equal(["HLT"]);
    expect(exitsOf(sent)["vtx-rtl8139"]).to.equal(run.totals.exits - asleep.length);
    expect(Object.keys(exitsOf(sent))).to.deep.equal(JOURNEYS.map(({ id }) => id));
  });

  it("Lesson 01: a mode that it does not have is named", () => {
    const sent = journeys({ direction: "tx", sizeBytes: 60 });
    expect(() => runOf(sent, "teleport")).to.throw(RangeError, "teleport");
  });
});
