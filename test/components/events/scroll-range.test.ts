import { expect } from "chai";
import fc from "fast-check";
import {
  offsetAfterScroll,
  offsetShowing,
  scrollOfOffset,
  scrollRange,
} from "../../../components/events/scroll-range.ts";

const sizes = fc.record({
  rowCount: fc.integer({ min: 0, max: 3_000_000 }),
  rowPx: fc.integer({ min: 24, max: 60 }),
  viewPx: fc.integer({ min: 100, max: 1200 }),
});

describe("scrollRange", () => {
  it("scrollRange: no list is taller than a browser can draw, and both ends are reached", () => {
    fc.assert(
      fc.property(sizes, ({ rowCount, rowPx, viewPx }) => {
        const range = scrollRange(rowCount, rowPx, viewPx);
        expect(range.contentPx).to.be.at.most(8e6);
        expect(offsetAfterScroll(range, 0, 0, range.scrollMax)).to.equal(range.offsetMax);
        expect(offsetAfterScroll(range, range.offsetMax, range.scrollMax, 0)).to.equal(0);
      }),
      { seed: 1 },
    );
  });

  it("scrollRange: a row that is asked for is in view, whole", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1e7),
        (size, at, from) => {
          const { rowCount, rowPx, viewPx } = size;
          const place = Math.floor(at * Math.max(0, rowCount - 1));
          const range = scrollRange(rowCount, rowPx, viewPx);
          const offset = offsetShowing(range, Math.min(from, range.offsetMax), place, rowPx);
          expect(offset).to.be.within(0, range.offsetMax);
          if (rowCount === 0) return;
          expect(place * rowPx).to.be.at.least(offset);
          expect((place + 1) * rowPx).to.be.at.most(offset + viewPx);
        },
      ),
      { seed: 2 },
    );
  });

  it("scrollRange: a turn of the wheel moves by as many pixels in a million rows as in a hundred", () => {
    for (const rowCount of [1000, 1_300_000]) {
      const range = scrollRange(rowCount, 28, 400);
      const offset = 5000;
      const scroll = scrollOfOffset(range, offset);
      expect(offsetAfterScroll(range, offset, scroll, scroll + 120)).to.be.closeTo(5120, 1e-6);
    }
  });
});
