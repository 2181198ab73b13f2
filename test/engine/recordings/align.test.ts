// Laying two sequences side by side agrees with the textbook's table.
import { expect } from "chai";
import fc from "fast-check";
import { commonPrefix, matchedCount } from "../../../engine/recordings/align.ts";

const SEED = 41;

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above: number[] = new Array(b.length + 1).fill(0);
  for (const left of a) {
    const row = [0];
    for (const [j, right] of b.entries()) {
      const kept = Math.max(above[j + 1] as number, row[j] as number);
      row.push(left === right ? (above[j] as number) + 1 : kept);
    }
    above = row;
  }
  return above[b.length] as number;
}

describe("matchedCount", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 40 });

  it(`matchedCount is the length of the longest common subsequence (seed ${SEED})`, () => {
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        expect(matchedCount(a, b)).to.equal(longestCommon(a, b));
      }),
      { seed: SEED },
    );
  });

  it("counts the ends of sequences that are too far apart", () => {
    const middle = (name: string) => Array.from({ length: 4000 }, (_, i) => `${name}${i}`);
    expect(matchedCount(["x", ...middle("a"), "y"], ["x", ...middle("b"), "y"])).to.equal(2);
  });
});

describe("commonPrefix", () => {
  it("commonPrefix ends at the first difference or with the shorter sequence", () => {
    expect(commonPrefix(["a", "b"], ["a", "c"])).to.equal(1);
    expect(commonPrefix(["a"], ["a", "c"])).to.equal(1);
  });
});
