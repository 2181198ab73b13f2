import { expect } from "chai";
import fc from "fast-check";
import { layOutBars, stacked } from "../../../components/cost-bars/layout.ts";
import { aBar, aPart, twoBars } from "./a-bar.ts";

const WIDE = { widthPx: 1000, scale: "linear", order: "actor" } as const;

describe("layOutBars", () => {
  it("layOutBars: a bar's pieces fill it, in every scale and order", () => {
    const cycles = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 8 });
    const scales = fc.constantFrom("linear", "log", "share");
    fc.assert(
      fc.property(cycles, scales, fc.constantFrom("actor", "category"), (values, scale, order) => {
        const parts = values.map((value, i) => aPart(`${i}`, "copy", "guest", value, value / 3));
        const { bars } = layOutBars([aBar("one", parts)], { widthPx: 700, scale, order });
        const [box] = bars;
        const sum = box?.pieces.reduce((all, { width }) => all + width, 0) ?? NaN;
        expect(sum).to.be.closeTo(box?.width ?? 0, 1e-6);
        for (const piece of box?.pieces ?? [])
          expect(piece.assumedWidth).to.be.closeTo(piece.width / 3, 1e-6);
      }),
    );
  });

  it("layOutBars: on the linear scale lengths are as the cycles", () => {
    const [one, other] = layOutBars(twoBars(), WIDE).bars;
    expect((one?.width ?? 0) / (other?.width ?? 1)).to.be.closeTo(10, 1e-9);
  });

  it("layOutBars: on the logarithmic scale a power of ten has one length, and no range has a whisker outside", () => {
    const { bars, ticks } = layOutBars(twoBars(), { ...WIDE, scale: "log" });
    const places = ticks.map(({ x }) => x);
    const [first = 0, second = 0, third = 0] = places;
    expect(third - second).to.be.closeTo(second - first, 1e-9);
    for (const { whisker } of bars) {
      expect(whisker?.from).to.be.at.least(0);
      expect(whisker?.to).to.be.at.most(1000);
    }
  });

  it("layOutBars: shares are all as long as the axis and have no whisker", () => {
    const { bars, ticks } = layOutBars(twoBars(), { ...WIDE, scale: "share" });
    expect(bars.map(({ width, whisker }) => [width, whisker])).to.deep.equal([
      [1000, undefined],
      [1000, undefined],
    ]);
    expect(ticks.at(-1)?.label).to.equal("100 %");
  });

  it("layOutBars: a mark shows where a bar ended before the reader's changes", () => {
    const [box] = layOutBars([aBar("one", twoBars()[0]?.parts ?? [], { before: 500 })], WIDE).bars;
    expect((box?.before ?? 0) / (box?.width ?? 1)).to.be.closeTo(0.5, 1e-9);
  });

  it("stacked: by actor the line stands between guest and host; by category the order is the ledger's", () => {
    const parts = [...(twoBars()[0]?.parts ?? []), ...(twoBars()[1]?.parts ?? [])];
    expect(stacked(parts, "actor").map(({ tone }) => tone)).to.deep.equal([
      "guest",
      "boundary",
      "hypervisor",
      "host-network",
    ]);
    expect(stacked(parts, "category").map(({ category }) => category)).to.deep.equal([
      "guestDriver",
      "transition",
      "hypervisor",
      "copy",
    ]);
  });
});
