import { expect } from "chai";
import { blocksOf } from "../../../components/block/blocks-of.ts";
import { hopLabel } from "../../../components/crossing/hop-label-place.ts";
import { hopsOf } from "../../../components/crossing/hop.ts";
import {
  type Box,
  type CrossingLayout,
  layOutCrossing,
  type LaidBlock,
} from "../../../components/crossing/layout.ts";
import { crossingPoint, type Point, routeOf } from "../../../components/crossing/route.ts";
import { hasLine } from "../../../components/flow/flow-run.ts";
import { tellerOf } from "../../../components/flow/story.ts";
import type { PricedRun } from "../../../components/sentence/row-cost.ts";
import { aPricedRun, DIRECTIONS, MAIN_VARIANTS } from "../../support/a-priced-run.ts";

const SIZES = [
  { width: 1440, scale: 1 },
  { width: 1024, scale: 1 },
  { width: 390, scale: 1 },
  { width: 1280, scale: 1.5 },
] as const;

const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width - 0.5 &&
  other.x < one.x + one.width - 0.5 &&
  one.y < other.y + other.height - 0.5 &&
  other.y < one.y + one.height - 0.5;

function laidOut(run: PricedRun, size: (typeof SIZES)[number]): CrossingLayout {
  return layOutCrossing({ blocks: blocksOf(run).blocks, hasLine: hasLine(run) }, size);
}

/** The boxes that the parts of a way fill, without the ends that touch its blocks. */
function stretches(points: readonly Point[]): Box[] {
  return points.slice(1).map(([x, y], index) => {
    const [x0, y0] = points[index] as Point;
    const left = Math.min(x, x0);
    const top = Math.min(y, y0);
    return { x: left, y: top, width: Math.abs(x - x0) + 1, height: Math.abs(y - y0) + 1 };
  });
}

/** Hops that differ in their ends or words, each once. */
function differentHops(run: PricedRun) {
  const hops = hopsOf(run, tellerOf(run).story(1));
  return [
    ...new Map(hops.map((hop) => [`${hop.from.id} ${hop.to.id} ${hop.label}`, hop])).values(),
  ];
}

describe("layOutCrossing", () => {
  for (const variant of MAIN_VARIANTS) {
    it(`layOutCrossing: bands of ${variant.name} keep their order, and no two blocks overlap`, () => {
      for (const direction of DIRECTIONS) {
        const run = aPricedRun(variant, direction);
        for (const size of SIZES) {
          const { bands, blocks, width, height, lineY, rows, lineRow } = laidOut(run, size);
          const actors = bands.map(({ actor }) => actor);
          expect(actors).to.deep.equal(actors.toSorted((one, other) => one - other));
          if (hasLine(run)) expect(actors).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
          bands.reduce((before, band) => {
            expect(band.y).to.be.above(before.y + before.height);
            return band;
          });
          expect(rows[lineRow - 1]?.bottom).to.be.below(lineY);
          expect(rows[lineRow]?.top).to.be.above(lineY);
          blocks.forEach((block, index) => {
            const { x, y, block: of } = block;
            expect(x).to.be.at.least(0);
            expect(x + block.width).to.be.at.most(width);
            expect(y + block.height).to.be.at.most(height);
            expect(y < lineY, of.id).to.equal(of.actor <= 1);
            for (const other of blocks.slice(index + 1)) {
              expect(overlap(block, other), `${of.id} over ${other.block.id}`).to.equal(false);
            }
          });
        }
      }
    });

    it(`layOutCrossing: no way of ${variant.name} and none of its words runs over a block`, () => {
      for (const direction of DIRECTIONS) {
        const run = aPricedRun(variant, direction);
        const hops = differentHops(run);
        expect(hops.length).to.be.above(3);
        for (const size of SIZES) {
          const layout = laidOut(run, size);
          const of = (id: string) =>
            layout.blocks.find(({ block }) => block.id === id) as LaidBlock;
          for (const hop of hops) {
            const points = routeOf(layout, of(hop.from.id), of(hop.to.id));
            const words = hopLabel(layout, points, hop);
            if (words === undefined) throw new Error("a hop has no words");
            expect(words.box.x, words.text).to.be.at.least(0);
            expect(words.box.x + words.box.width).to.be.at.most(layout.width + 0.5);
            for (const block of layout.blocks) {
              const where = `${hop.from.id} to ${hop.to.id} over ${block.block.id}`;
              expect(overlap(words.box, block), `words of ${where}`).to.equal(false);
              for (const stretch of stretches(points)) {
                const end = block.block === hop.from || block.block === hop.to;
                if (!end) expect(overlap(stretch, block), where).to.equal(false);
              }
            }
            const crosses = hop.from.actor <= 1 !== hop.to.actor <= 1;
            expect(crossingPoint(points, layout.lineY) !== undefined).to.equal(crosses);
          }
        }
      }
    });
  }

  it("layOutCrossing: a mode without virtualization draws only the layers that it has", () => {
    const native = MAIN_VARIANTS.find(({ name }) => name === "native");
    if (native === undefined) throw new Error("there is no mode native");
    const { bands } = laidOut(aPricedRun(native, "tx"), SIZES[0]);
    expect(bands.map(({ actor }) => actor)).to.deep.equal([0, 1, 5, 6]);
  });
});
