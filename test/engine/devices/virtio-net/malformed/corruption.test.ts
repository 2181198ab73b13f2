// Ring memory that somebody else scribbles into while driver and device work: both may stop, and say
// so, but neither throws, and a device that is removed and probed again works as if nothing had been.
import { expect } from "chai";
import fc from "fast-check";
import { aNic, KINDS, numbered, PEER } from "../a-nic.ts";

const SEED = 35;

const scribble = fc.record({
  queue: fc.nat(2),
  area: fc.constantFrom("desc", "avail", "used" as const),
  offset: fc.nat(32 * 16),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 4, 0x80, 0xff)),
  frames: fc.nat(3),
});

describe("Virtio-net with corrupted rings", () => {
  for (const [kind, options] of KINDS) {
    it(`throws at no byte in any ring, and a reset heals all (${kind}), seed ${SEED}`, () => {
      fc.assert(
        fc.property(fc.array(scribble, { maxLength: 60 }), (all) => {
          const { machine, nic, send, arrive, sent, received } = aNic({
            queueSize: 32,
            ...options,
          });
          for (const { queue, area, offset, value, frames } of all) {
            const ring = nic.device.queues[queue]?.ring;
            const base = ring?.[area] ?? 0;
            if (base !== 0) machine.memory.bytes[base + offset] = value;
            for (let i = 0; i < frames; i++) {
              send(numbered(i, 60, PEER));
              arrive(numbered(i, 200));
            }
          }
          machine.kernel.runProcess(() => {
            nic.driver.stop();
            nic.driver.remove();
            nic.driver.probe();
            nic.driver.open();
          });
          machine.run();
          sent.length = 0;
          received.length = 0;
          send(numbered(901, 60, PEER));
          arrive(numbered(902, 200));
          expect(sent.at(-1)).to.deep.equal(numbered(901, 60, PEER));
          expect(received.at(-1)).to.deep.equal(numbered(902, 200));
        }),
        { seed: SEED, numRuns: 20 },
      );
    });
  }
});
