import { rowCycles } from "#engine";
import { expect } from "chai";
import { tellerOf } from "../../../components/flow/story.ts";
import { rowCause } from "../../../components/sentence/cause.ts";
import { rowCost } from "../../../components/sentence/row-cost.ts";
import { rowSentence } from "../../../components/sentence/row-sentence.ts";
import { aPricedRun, DIRECTIONS, VARIANTS } from "../../support/a-priced-run.ts";

/** A whole sentence: place, subject, predicate in the present, perhaps a cause, and a price. */
const SENTENCE =
  /^\d+ of \d+ · (The [A-Za-z]|[a-z0-9]|[A-Z])\S* ?.* [a-z]+s .+; (no cycles of its own|[\d\u202f.]+( – [\d\u202f.]+)? cycles?, (measured|specified|derived|assumed))\.$/;
const CLUMSY = /undefined|NaN|\[object|  | ,|\.\.|\b(\w+) \1\b|because the guest ran/;

describe("rowSentence", () => {
  for (const variant of VARIANTS) {
    it(`rowSentence: every row of ${variant.name} is a whole sentence`, () => {
      for (const direction of DIRECTIONS) {
        const run = aPricedRun(variant, direction, 2);
        for (let row = 0; row < run.trace.length; row++) {
          const sentence = rowSentence(run, row);
          expect(sentence).to.match(SENTENCE);
          expect(sentence).to.not.match(CLUMSY);
        }
      }
    });
  }

  it("rowSentence: the steps of a packet are counted through without a gap", () => {
    const run = aPricedRun(vtx(), "echo", 3);
    for (const packet of [1, 2, 3]) {
      const { rows } = tellerOf(run).story(packet);
      const numbers = Array.from(rows, (row) => rowSentence(run, row).split(" ", 1)[0]);
      expect(numbers).to.deep.equal(Array.from(rows, (_, step) => String(step + 1)));
    }
  });

  it("rowSentence: no row has no sentence", () => {
    const run = aPricedRun(vtx(), "tx");
    expect([rowSentence(run, -1), rowSentence(run, run.trace.length)]).to.deep.equal(["", ""]);
  });

  it("rowCost: its typical value is what time went on by, and it lies in its range", () => {
    for (const variant of VARIANTS) {
      const run = aPricedRun(variant, "echo");
      for (let row = 0; row < run.trace.length; row++) {
        const cost = rowCost(run, row);
        if (cost === undefined || run.costs === undefined) throw new Error("the run has no prices");
        const { low, typical, high } = cost.range;
        // Time is counted in 256ths of a cycle.
        expect(typical).to.be.closeTo(rowCycles(run.trace, row, run.costs.charges), 1 / 256);
        expect(low).to.be.at.most(typical);
        expect(high).to.be.at.least(typical);
        expect(cost.evidence === undefined).to.equal(high === 0);
      }
    }
  });

  it("rowSentence: what a device writes into a ring is told by field and slot", () => {
    const told = (history: boolean) => {
      const run = aPricedRun(vtx(), "tx", 1, history);
      const rows = Array.from(tellerOf(run).story(1).rows);
      return rows.map((row) => rowSentence(run, row)).join("\n");
    };
    expect(told(true)).to.include(
      "QEMU clears OWN in descriptor 1 of tx_ring because the guest wrote TPPoll",
    );
    expect(told(false)).to.include(
      "QEMU writes opts1 of descriptor 1 of tx_ring: 4 bytes, because",
    );
  });

  it("rowCause: what QEMU does in a trapped doorbell, it does because the guest rang it", () => {
    const run = aPricedRun(vtx(), "tx");
    const causes = new Set<string>();
    for (let row = 0; row < run.trace.length; row++) causes.add(rowCause(run, row));
    expect([...causes]).to.include.members(["the guest wrote TPPoll", "QEMU asserted INTA#"]);
  });
});

function vtx() {
  const variant = VARIANTS.find(({ name }) => name === "vtx-rtl8139");
  if (variant === undefined) throw new Error("there is no mode vtx-rtl8139");
  return variant;
}
