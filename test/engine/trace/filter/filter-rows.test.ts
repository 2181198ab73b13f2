import { filterRows, filterToText, parseFilter } from "#engine";
import { expect } from "chai";
import fc from "fast-check";
import { aSource } from "./a-source.ts";
import { aTree } from "./a-tree.ts";
import { wants } from "./naive.ts";

const PERIOD = 1000;

describe("a filter", () => {
  it("a filter: parsing what was printed gives the same tree", () => {
    fc.assert(
      fc.property(aTree, (tree) => {
        expect(parseFilter(filterToText(tree)).tree).to.deep.equal(tree);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it("a filter: it finds the rows that a look at each row by itself finds", () => {
    fc.assert(
      fc.property(aTree, fc.nat(9), (tree, seed) => {
        const source = aSource(seed, 120);
        const all = Array.from({ length: source.trace.length }, (_, row) => row);
        const expected = all.filter((row) => wants(tree, source, row));
        expect(Array.from(filterRows(tree, source))).to.deep.equal(expected);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  it("a filter: the random traces have rows for its words, so that the comparison means something", () => {
    const source = aSource(3, 2000);
    const texts = [
      "exit",
      "reg:ISR",
      "reg:TPPoll>3",
      "function:cp_interrupt",
      "caused-by:20,21,22,23,24",
      "inside:20,21,22,23,24",
    ];
    texts.push(
      "resource:vcpu",
      "cost:copyByte",
      "value>0xffff000000000000",
      "actor:guest",
      "time:3us-40us",
    );
    for (const text of texts) {
      const { tree } = parseFilter(text);
      if (tree === undefined) throw new Error(`${text} is not understood`);
      expect(filterRows(tree, source).length, text).to.be.within(1, source.trace.length - 1);
    }
  });

  it("a filter: a million rows take a fraction of a second", () => {
    const source = aSource(PERIOD, 1_300_000);
    const { tree } = parseFilter("(exit or reg:ISR or value>0x40) and not packet:3 actor:guest");
    if (tree === undefined) throw new Error("not understood");
    const before = performance.now();
    const rows = filterRows(tree, source);
    const milliseconds = performance.now() - before;
    console.info(
      `1.3 million rows filtered in ${Math.round(milliseconds)} ms, ${rows.length} found`,
    );
    expect(rows.length).to.be.above(0);
    // Measured below 100 ms on a machine of its own; the bound leaves room for one that is shared.
    expect(milliseconds).to.be.below(1000);
  });
});
