// Whatever the sizes, the order and the moments: nothing is lost, doubled or changed, rings wrap,
// and memory that belongs to nobody stays as it was. The driver asserts that no descriptor is filled
// twice and that completions come in order; a broken one fails these tests.
import { expect } from "chai";
import fc from "fast-check";
import { FrameArrival } from "../../../../engine/host/wire.ts";
import { aNic, type RunningNic } from "./a-nic.ts";

const SEED = 11;
const CANARY = 0xa5;
const SMALL = { txRingSize: 32, rxRingSize: 32, rxRing2Size: 32 };

/** A frame that names its number, so that order and identity show. */
function numbered(number: number, byteCount: number, destination: readonly number[]): Uint8Array {
  const frame = Uint8Array.from({ length: byteCount }, (_, i) => (i * 31 + number) & 0xff);
  frame.set(destination);
  frame.set([0x52, 0x54, 0, 0, 0, 1, 0x88, 0xb5, number >> 8, number & 0xff], 6);
  return frame;
}

const GUEST = [0x52, 0x54, 0, 0x12, 0x34, 0x56];
const PEER = [0x52, 0x54, 0, 0, 0, 1];

/** Pages before and behind the buffers that nobody owns. */
function guard(run: RunningNic): () => void {
  const { memory } = run.machine;
  const pages = [memory.allocate(4096, 4096), memory.guestBytes - 65536];
  const sizes = [4096, 65536];
  pages.forEach((at, i) => memory.bytes.fill(CANARY, at, at + (sizes[i] as number)));
  return () => {
    pages.forEach((at, i) => {
      const page = memory.bytes.subarray(at, at + (sizes[i] as number));
      expect(page.every((byte) => byte === CANARY)).to.equal(true);
    });
  };
}

const step = fc.record({
  out: fc.array(fc.integer({ min: 14, max: 1514 }), { maxLength: 12 }),
  into: fc.array(fc.record({ byteCount: fc.integer({ min: 14, max: 1522 }), delay: fc.nat(300) }), {
    maxLength: 12,
  }),
  interruptsOff: fc.boolean(),
});

const steps = fc.array(step, { minLength: 1, maxLength: 25 });

describe("Vmxnet3 conservation", () => {
  it(`keeps every frame in order and to the byte at any interleaving, seed ${SEED}`, () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(1, 3, 16), (all, txThreshold) => {
        const run = aNic({ ...SMALL, txThreshold });
        const { machine, nic, send, sent, received } = run;
        const check = guard(run);
        const out: Uint8Array[] = [];
        const into: Uint8Array[] = [];
        for (const { out: sizes, into: arrivals, interruptsOff } of all) {
          if (interruptsOff) machine.kernel.disableInterrupts();
          const ordered = arrivals.toSorted((a, b) => a.delay - b.delay);
          for (const { byteCount, delay } of ordered) {
            const frame = numbered(into.length, Math.max(byteCount, 16), GUEST);
            into.push(frame);
            machine.post(new FrameArrival(nic.wire, frame, into.length), delay);
          }
          for (const byteCount of sizes) {
            const frame = numbered(out.length, Math.max(byteCount, 16), PEER);
            out.push(frame);
            send(frame);
          }
          if (interruptsOff) machine.kernel.enableInterrupts();
          machine.run();
        }
        expect(sent).to.deep.equal(out);
        expect(received).to.deep.equal(into);
        check();
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it(`flips the generation at each end of each ring, seed ${SEED}`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 16, max: 600 }), { minLength: 1, maxLength: 150 }),
        (sizes) => {
          const { nic, send, arrive, sent, received } = aNic(SMALL);
          let descriptors = 0;
          for (const [number, byteCount] of sizes.entries()) {
            send(numbered(number, byteCount, PEER));
            arrive(numbered(number, byteCount, GUEST));
            descriptors += byteCount > 128 ? 2 : 1;
          }
          expect(sent).to.have.lengthOf(sizes.length);
          expect(received).to.have.lengthOf(sizes.length);
          const tx = nic.device.txQueues[0];
          const rx = nic.device.rxQueues[0];
          const positions: (readonly [
            { next: number; gen: number } | undefined,
            number,
            number,
          ])[] = [
            [tx?.ring, descriptors, 32],
            [tx?.completions, sizes.length, 32],
            [rx?.rings[0], sizes.length, 32],
            [rx?.completions, sizes.length, 64],
          ];
          for (const [ring, used, size] of positions) {
            expect(ring?.next).to.equal(used % size);
            expect(ring?.gen).to.equal(1 ^ (Math.floor(used / size) & 1));
          }
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  });

  it("moves 70,000 packets each way, past every wrap", () => {
    const { machine, nic, send, sent, received } = aNic(SMALL);
    machine.trace.enabled = false;
    const out = numbered(1, 60, PEER);
    const into = numbered(2, 60, GUEST);
    for (let i = 0; i < 70_000; i++) {
      send(out);
      nic.wire.arrive(into, i);
      machine.run();
    }
    expect(sent).to.have.lengthOf(70_000);
    expect(received).to.have.lengthOf(70_000);
  });
});
