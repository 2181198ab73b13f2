// What the device writes: receive buffers up to the chunk it completes, completions, counters when
// asked, nothing else in guest memory. Sending writes completions only.
import { expect } from "chai";
import fc from "fast-check";
import { DESC_BYTES, RCD } from "../../../../engine/devices/vmxnet3/descriptors.ts";
import { aFrame, RawGuest, SIZES } from "./raw-guest.ts";

const SEED = 13;
const BUFFERS = 0x200000;
const SLOT = 0x4000;

/** Offsets of bytes of guest memory that differ, outside the given ranges. */
function changesOutside(
  before: Uint8Array,
  now: Uint8Array,
  ranges: readonly (readonly [number, number])[],
): number[] {
  const copy = before.slice();
  for (const [at, byteCount] of ranges) copy.set(now.subarray(at, at + byteCount), at);
  const changed: number[] = [];
  for (let i = 0; i < copy.length; i++) if (copy[i] !== now[i]) changed.push(i);
  return changed;
}

describe("Vmxnet3 and guest memory", () => {
  it(`writes received bytes into buffers and completions and nowhere else, seed ${SEED}`, () => {
    const scenario = fc.record({
      heads: fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: SIZES.rx0 }),
      bodies: fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: SIZES.rx1 }),
      frames: fc.array(fc.integer({ min: 14, max: 3000 }), { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(scenario, ({ heads, bodies, frames }) => {
        const guest = new RawGuest();
        guest.activate();
        const slots = [
          ...heads.map((n) => [n, false] as const),
          ...bodies.map((n) => [n, true] as const),
        ];
        slots.forEach(([byteCount, body], i) => {
          const ring = body ? guest.rxRing1 : guest.rxRing0;
          const index = body ? i - heads.length : i;
          guest.rxDescriptor(ring, index, BUFFERS + i * SLOT, byteCount, body);
        });
        const memory = guest.bytes.subarray(0, guest.machine.memory.guestBytes);
        const before = memory.slice();
        frames.forEach((byteCount, i) => guest.wire.arrive(aFrame(byteCount), i));
        const entries = SIZES.rx0 + SIZES.rx1;
        const ranges = slots.map(([byteCount], i) => [BUFFERS + i * SLOT, byteCount] as const);
        const completions = [guest.rxCompletions, entries * DESC_BYTES] as const;
        expect(changesOutside(before, memory, [...ranges, completions])).to.deep.equal([]);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it(`uses each receive descriptor once, in order, seed ${SEED}`, () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 14, max: 3000 }), { maxLength: 20 }), (frames) => {
        const guest = new RawGuest();
        guest.activate();
        for (let i = 0; i < SIZES.rx0; i++) {
          guest.rxDescriptor(guest.rxRing0, i, BUFFERS + i * SLOT, 1000, false);
          guest.rxDescriptor(guest.rxRing1, i, BUFFERS + (SIZES.rx0 + i) * SLOT, 1000, true);
        }
        frames.forEach((byteCount, i) => guest.wire.arrive(aFrame(byteCount), i));
        const next = [0, 0];
        for (let i = 0; i < SIZES.rx0 + SIZES.rx1; i++) {
          const [word0 = 0, , , word3 = 0] = guest.completion(guest.rxCompletions, i);
          if (word3 >>> RCD.genShift === 0) break;
          const ring = (word0 >>> RCD.rqIdShift) & RCD.rqIdMask;
          expect(word0 & RCD.rxdIdxMask).to.equal(next[ring]);
          next[ring] = (next[ring] as number) + 1;
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it(`changes nothing but completions when it sends, seed ${SEED}`, () => {
    const buffer = fc.record({ byteCount: fc.integer({ min: 1, max: 3000 }), eop: fc.boolean() });
    fc.assert(
      fc.property(fc.array(buffer, { minLength: 1, maxLength: SIZES.tx }), (buffers) => {
        const guest = new RawGuest();
        guest.activate();
        buffers.forEach(({ byteCount, eop }, i) => {
          guest.putFrame(BUFFERS + i * SLOT, Math.max(byteCount, 14));
          guest.txDescriptor(i, BUFFERS + i * SLOT, byteCount, { eop, tag: eop ? 5 : 0 });
        });
        const memory = guest.bytes.subarray(0, guest.machine.memory.guestBytes);
        const before = memory.slice();
        guest.doorbell();
        const completions = [guest.txCompletions, SIZES.tx * DESC_BYTES] as const;
        expect(changesOutside(before, memory, [completions])).to.deep.equal([]);
        const ends = buffers.flatMap(({ eop }, i) => (eop ? [i] : []));
        const completed = ends.map((_, i) => guest.completion(guest.txCompletions, i)[0]);
        expect(completed).to.deep.equal(ends);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });
});
