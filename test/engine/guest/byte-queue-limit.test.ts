// Byte queue limits against the rules of lib/dynamic_queue_limits.c. The recordings of bursts check
// them too: how many frames a driver is given in one go follows from them.
import { expect } from "chai";
import fc from "fast-check";
import { ByteQueueLimit } from "../../../engine/guest/byte-queue-limit.ts";

const SEED = 41;
const SECOND = 1_000_000;

describe("Byte queue limits", () => {
  it("let nothing wait at first, so that a frame at a time goes out", () => {
    const limit = new ByteQueueLimit(() => 0);
    expect(limit.available).to.equal(0);
    limit.queued(60);
    expect(limit.available).to.equal(-60);
  });

  it("grow by what went while the device ran dry", () => {
    const limit = new ByteQueueLimit(() => 0);
    limit.queued(60);
    limit.completed(60);
    expect(limit.limitBytes).to.equal(60);
    limit.queued(60);
    limit.queued(60);
    limit.completed(120);
    expect(limit.limitBytes).to.equal(180);
    expect(limit.available).to.equal(180);
  });

  it("stay while the device never ran dry", () => {
    const limit = new ByteQueueLimit(() => 0);
    limit.queued(1000);
    limit.completed(1000);
    const before = limit.limitBytes;
    for (let i = 0; i < 20; i++) {
      limit.queued(400);
      limit.completed(i === 0 ? 200 : 400);
    }
    expect(limit.limitBytes).to.equal(before);
  });

  it("fall after a second in which a part was never needed", () => {
    let now = 0;
    const limit = new ByteQueueLimit(() => now);
    limit.queued(10_000);
    limit.completed(10_000);
    limit.queued(500);
    limit.queued(500);
    for (let i = 0; i < 20; i++) {
      now += SECOND / 10;
      limit.queued(500);
      limit.completed(500);
    }
    expect(limit.limitBytes).to.be.within(1000, 9999);
  });

  it("begin anew when the queue was emptied", () => {
    const limit = new ByteQueueLimit(() => 0);
    limit.queued(500);
    limit.completed(500);
    limit.reset();
    expect([limit.limitBytes, limit.available]).to.deep.equal([0, 0]);
  });

  it(`never hold a frame back for ever, seed ${SEED}`, () => {
    const step = fc.record({ frames: fc.nat(5), byteCount: fc.integer({ min: 60, max: 1514 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const limit = new ByteQueueLimit(() => 0);
        for (const { frames, byteCount } of steps) {
          let waiting = 0;
          for (let i = 0; i < frames && limit.available >= 0; i++) {
            limit.queued(byteCount);
            waiting += byteCount;
          }
          if (waiting > 0) limit.completed(waiting);
          expect(limit.available).to.be.at.least(0);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
