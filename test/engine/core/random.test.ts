import { expect } from "chai";
import { Random } from "../../../engine/core/random.ts";

describe("Random", () => {
  it("gives the same numbers for the same seed, everywhere", () => {
    const random = new Random(1);
    expect([random.next32(), random.next32(), random.next32()]).to.deep.equal([
      2693262067, 11749833, 2265367787,
    ]);
  });

  it("stays below its bound and reaches every number below it", () => {
    const random = new Random(7);
    const seen = new Set<number>();
    for (let i = 0; i < 1000; i++) seen.add(random.below(6));
    expect([...seen].toSorted((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });
});
