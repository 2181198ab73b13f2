// Driver and device of a virtqueue under any interleaving: every buffer comes back once, with the
// bytes the device reported, in the order it was used; nothing but ring and buffers is written.
import { expect } from "chai";
import fc from "fast-check";
import { VirtqueueElement } from "../../../../engine/devices/virtio/virtqueue-element.ts";
import { aRingPair, type Piece, type RingPair, SHAPES, shapeName } from "./ring-pair.ts";

const SEED = 20;
const NUM = 8;

type Step =
  | { readonly kind: "add"; readonly out: number; readonly into: number }
  | { readonly kind: "pop" | "take" }
  | { readonly kind: "flush"; readonly count: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: addStep() },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: "pop" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: "take" }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("flush" as const),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
);

function addStep(): fc.Arbitrary<Step> {
  return fc
    .record({ kind: fc.constant("add" as const), out: fc.nat(3), into: fc.nat(3) })
    .filter(({ out, into }) => out + into > 0);
}

/** What a correct ring would hold, and the schedule's effect on the real one. */
class Model {
  readonly pair: RingPair;
  readonly #waiting: { token: number; pieces: number }[] = [];
  readonly #taken: { token: number; element: VirtqueueElement; bytes: number }[] = [];
  readonly #used: { token: number; bytes: number }[] = [];
  readonly #free: VirtqueueElement[] = [];
  #tokens = 0;

  constructor(pair: RingPair) {
    this.pair = pair;
  }

  run(step: Step): void {
    if (step.kind === "add") this.#add(step.out, step.into);
    else if (step.kind === "pop") this.#pop();
    else if (step.kind === "flush") this.#flush(step.count);
    else if (step.kind === "take") this.#take();
  }

  /** Lets everything through and expects the ring to be as at the beginning. */
  finish(): void {
    while (this.#waiting.length > 0) this.#pop();
    while (this.#taken.length > 0) this.#flush(NUM);
    while (this.#used.length > 0) this.#take();
    expect(this.pair.driver.numFree).to.equal(NUM);
    expect(this.pair.driver.moreUsed()).to.equal(false);
    expect(this.pair.device.empty()).to.equal(true);
    expect(this.pair.device.inUse).to.equal(0);
    expect(this.pair.faults).to.deep.equal([]);
  }

  #add(out: number, into: number): void {
    const token = this.#tokens;
    const piece = (i: number): Piece => [0x40_0000 + token * 64 + i, i + 1];
    const outPieces = Array.from({ length: out }, (_, i) => piece(i));
    const intoPieces = Array.from({ length: into }, (_, i) => piece(out + i));
    if (!this.pair.add(token, outPieces, intoPieces)) return;
    this.#tokens++;
    this.#waiting.push({ token, pieces: out + into });
  }

  #pop(): void {
    const element = this.#free.pop() ?? new VirtqueueElement();
    const popped = this.pair.device.pop(element);
    const expected = this.#waiting.shift();
    expect(popped).to.equal(expected !== undefined);
    if (expected === undefined) {
      this.#free.push(element);
      return;
    }
    const { token, pieces } = expected;
    expect(element.count).to.equal(pieces);
    for (let i = 0; i < pieces; i++) {
      expect(element.addresses[i]).to.equal(0x40_0000 + token * 64 + i);
      expect(element.lengths[i]).to.equal(i + 1);
    }
    const heads = this.#taken.map((other) => other.element.index);
    expect(heads).not.to.include(element.index);
    this.#taken.push({ token, element, bytes: token * 7 });
  }

  /** The device may use buffers in another order than it took them: the last first. */
  #flush(count: number): void {
    const batch = this.#taken.splice(-count, count);
    if (batch.length === 0) return;
    const { device } = this.pair;
    for (const [at, { element, bytes }] of batch.entries()) device.fill(element, bytes, at);
    device.flush(batch.length);
    for (const { token, element, bytes } of batch) {
      this.#used.push({ token, bytes });
      this.#free.push(element);
    }
  }

  #take(): void {
    const token = this.pair.driver.getBuf();
    const expected = this.#used.shift();
    expect(token).to.equal(expected?.token ?? -1);
    if (expected !== undefined) expect(this.pair.driver.lastBytes).to.equal(expected.bytes);
  }
}

describe("Virtqueue under any schedule", () => {
  for (const shape of SHAPES) {
    it(`loses and doubles nothing (${shapeName(shape)}), seed ${SEED}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
          const model = new Model(aRingPair(shape, NUM));
          for (const next of steps) model.run(next);
          model.finish();
        }),
        { seed: SEED, numRuns: 100 },
      );
    });

    it(`writes nothing outside the ring (${shapeName(shape)}), seed ${SEED}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
          const pair = aRingPair({ ...shape, indirect: false }, NUM);
          const { memory } = pair.machine;
          memory.bytes.fill(0xa5, 0x20_0000, memory.guestBytes);
          const model = new Model(pair);
          for (const next of steps) model.run(next);
          model.finish();
          const rest = memory.bytes.subarray(0x20_0000, memory.guestBytes);
          expect(rest.every((byte) => byte === 0xa5)).to.equal(true);
          expect(memory.bytes.subarray(0, 0x10_0000).every((byte) => byte === 0)).to.equal(true);
        }),
        { seed: SEED, numRuns: 5 },
      );
    });

    it(`goes past 2^16 buffers and every wrap (${shapeName(shape)})`, () => {
      const pair = aRingPair(shape, NUM);
      const model = new Model(pair);
      const pattern: Step[] = [
        { kind: "add", out: 1, into: 0 },
        { kind: "add", out: 1, into: 1 },
        { kind: "pop" },
        { kind: "add", out: 0, into: 2 },
        { kind: "pop" },
        { kind: "pop" },
        { kind: "flush", count: 2 },
        { kind: "flush", count: 1 },
        { kind: "take" },
        { kind: "take" },
        { kind: "take" },
      ];
      for (let i = 0; i < 3000; i++) for (const next of pattern) model.run(next);
      // Five descriptors a round in a packed ring, or three when tables are indirect.
      const packedNext = (3000 * (shape.indirect ? 3 : 5)) % NUM;
      expect(pair.device.nextUsed).to.equal(shape.packed ? packedNext : 9000);
      model.finish();
    });
  }

  for (const packed of [false, true]) {
    it(`moves 70,000 buffers one by one through a ${packed ? "packed" : "split"} ring`, () => {
      const pair = aRingPair({ packed, event: true, indirect: false }, NUM);
      const { device, driver, element } = pair;
      for (let i = 0; i < 70_000; i++) {
        pair.add(i, [[0x40_0000, 60]], []);
        if (!device.pop(element)) throw new Error(`nothing to pop at ${i}`);
        device.push(element, 0);
        if (driver.getBuf() !== i) throw new Error(`another buffer at ${i}`);
      }
      expect(device.nextUsed).to.equal(packed ? 70_000 % NUM : 70_000 - 65_536);
      expect(pair.faults).to.deep.equal([]);
    });
  }
});
