import { expect } from "chai";
import { array, assert, constantFrom, property } from "fast-check";
import { alignPairs } from "../../../engine/core/align-pairs.ts";
import { matchedCount } from "../../../engine/recordings/align.ts";

const words = array(constantFrom("a", "b", "c"), { maxLength: 40 });

describe("alignPairs", () => {
  it("alignPairs: partners are equal, in order, and as many as can be", () => {
    assert(
      property(words, words, (one, other) => {
        const partners = [...alignPairs(one, other)];
        const paired = partners.filter((partner) => partner >= 0);
        partners.forEach((partner, at) => {
          if (partner >= 0) expect(other[partner]).to.equal(one[at]);
        });
        expect(paired).to.deep.equal([...new Set(paired)].sort((x, y) => x - y));
        expect(paired.length).to.equal(matchedCount(one, other));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("alignPairs: one entry changed leaves only that one alone", () => {
    const one = Array.from({ length: 500 }, (_, at) => String(at));
    const other = one.with(250, "changed");
    const alone = [...alignPairs(one, other)].flatMap((partner, at) => (partner < 0 ? [at] : []));
    expect(alone).to.deep.equal([250]);
  });
});
