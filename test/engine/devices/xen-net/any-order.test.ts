// Whatever the order of sends and arrivals: every frame is carried once, whole and in order, every
// grant ends, and every event that was sent is handled.
import { expect } from "chai";
import fc from "fast-check";
import { EVENT, GTF } from "../../../../engine/devices/xen-net/layout.ts";
import { AXenHost, aFrame } from "./a-xen-host.ts";

const SEED = 20_261_128;

interface Step {
  readonly sends: boolean;
  readonly sizes: readonly number[];
}

const STEPS = fc.array(
  fc.record({
    sends: fc.boolean(),
    sizes: fc.array(fc.integer({ min: 14, max: 1514 }), { minLength: 1, maxLength: 40 }),
  }),
  { minLength: 1, maxLength: 8 },
);

function run(steps: readonly Step[], hostCpus: 1 | 2): AXenHost {
  const host = new AXenHost({ hostCpus });
  for (const { sends, sizes } of steps) {
    if (sends) host.send(...sizes.map(aFrame));
    else host.arrive(...sizes.map(aFrame));
  }
  return host;
}

function sizesOf(steps: readonly Step[], sends: boolean): number[] {
  return steps.filter((step) => step.sends === sends).flatMap(({ sizes }) => sizes);
}

for (const hostCpus of [1, 2] as const) {
  describe(`netfront and netback on ${hostCpus} CPU${hostCpus === 1 ? "" : "s"}`, () => {
    it(`carry every frame once and in order, seed ${SEED}`, () => {
      fc.assert(
        fc.property(STEPS, (steps) => {
          const host = run(steps, hostCpus);
          expect(host.sent).to.deep.equal(sizesOf(steps, true));
          expect(host.delivered).to.deep.equal(sizesOf(steps, false));
          expect(host.errors()).to.deep.equal([]);
        }),
        { seed: SEED, numRuns: 30 },
      );
    });

    it(`leave no transmit grant, no mark of Xen's and no event behind, seed ${SEED}`, () => {
      fc.assert(
        fc.property(STEPS, (steps) => {
          const host = run(steps, hostCpus);
          const table = host.base("grant table");
          for (let ref = 8; ref < 264; ref++) {
            expect(host.view.getUint16(table + 8 * ref, true), `grant ${ref}`).to.equal(0);
          }
          for (let ref = 264; ref < 520; ref++) {
            const flags = host.view.getUint16(table + 8 * ref, true);
            expect(flags, `grant ${ref}`).to.equal(GTF.permitAccess);
          }
          for (const [block, port] of [
            ["domU event words", 8],
            ["domU event words", 9],
            ["dom0 event words", 21],
            ["dom0 event words", 22],
          ] as const) {
            const word = host.view.getUint32(host.base(block) + 4 * port, true);
            expect(
              word & (EVENT.pending | EVENT.linked | EVENT.masked),
              `${block} ${port}`,
            ).to.equal(0);
          }
        }),
        { seed: SEED, numRuns: 20 },
      );
    });
  });
}
