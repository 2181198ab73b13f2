// The pages that mergeable receive buffers are cut from.
import { expect } from "chai";
import fc from "fast-check";
import { type FragPages, PageFrag } from "../../../../engine/devices/virtio-net/page-frag.ts";
import { GuestMemory } from "../../../../engine/memory/guest-memory.ts";

const SEED = 34;
const FRAG_BYTES = 32_768;

describe("Virtio-net page fragments", () => {
  it("cuts buffers one behind the other, and starts anew when there is no room", () => {
    const frag = new PageFrag(new GuestMemory(8 << 20, 4096));
    const addresses: number[] = [];
    for (let i = 0; i < 5; i++) {
      frag.refill(10_000);
      addresses.push(frag.nextAddress);
      frag.take(10_000);
    }
    const [first = 0, , , fourth = 0] = addresses;
    expect(addresses).to.deep.equal([
      first,
      first + 10_000,
      first + 20_000,
      fourth,
      fourth + 10_000,
    ]);
    expect(fourth).not.to.equal(first);
  });

  it("starts the same pages anew when nobody holds a part of them", () => {
    const frag = new PageFrag(new GuestMemory(8 << 20, 4096));
    frag.refill(1000);
    const first = frag.nextAddress;
    frag.release(frag.take(1000));
    frag.refill(1000);
    expect(frag.nextAddress).to.equal(first);
  });

  it(`never gives bytes to two holders, seed ${SEED}`, () => {
    const step = fc.record({ byteCount: fc.integer({ min: 1, max: 4096 }), give: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const frag = new PageFrag(new GuestMemory(32 << 20, 4096));
        const held: { from: number; to: number; pages: FragPages }[] = [];
        for (const { byteCount, give } of steps) {
          frag.refill(byteCount);
          const from = frag.nextAddress;
          const to = from + byteCount;
          expect(held.some((other) => from < other.to && other.from < to)).to.equal(false);
          held.push({ from, to, pages: frag.take(byteCount) });
          const [given] = held.splice(give, 1);
          if (given !== undefined) frag.release(given.pages);
        }
        expect(frag.holeBytes).to.be.within(0, FRAG_BYTES);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
