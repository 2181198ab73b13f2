// What becomes of frames that reach an RTL8139 whose receive buffer or ring is full.
import { expect } from "chai";
import fc from "fast-check";
import { BufferRoom, RingRoom } from "../../../engine/recordings/receive-room.ts";

const SEED = 8139;
const FULL_BUFFER_FRAMES = 22;

describe("BufferRoom", () => {
  it("a frame too much overflows, the next are kept, and each read lets one in", () => {
    const room = new BufferRoom([]);
    for (let n = 0; n < FULL_BUFFER_FRAMES; n++) expect(room.offer(1442, false)).to.equal("stored");
    expect(room.offer(1442, false)).to.equal("overflow");
    expect(room.offer(1442, false)).to.equal("kept");
    expect(room.take()).to.equal("stored");
    expect(room.take()).to.equal("stored");
    expect(room.take()).to.equal("nothing");
    expect(room.count).to.equal(FULL_BUFFER_FRAMES - 1);
  });

  it("while overflow is masked a frame is kept without a sign", () => {
    const room = new BufferRoom(Array.from({ length: FULL_BUFFER_FRAMES }, () => 1442));
    expect(room.hasRoom).to.equal(false);
    expect(room.offer(60, true)).to.equal("kept");
    expect(room.count).to.equal(FULL_BUFFER_FRAMES);
  });

  it(`loses no frame for any order of arrivals and reads (seed ${SEED})`, () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 60, max: 1514 }), fc.constant(0)), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(sizes, fc.boolean(), (steps, masked) => {
        const room = new BufferRoom([]);
        let taken = 0;
        let offered = 0;
        for (const size of steps) {
          if (size > 0) offered++;
          if (size > 0) room.offer(size, masked);
          else if (room.count > 0) {
            room.take();
            taken++;
          }
        }
        for (; room.count > 0; taken++) room.take();
        expect(taken).to.equal(offered);
      }),
      { seed: SEED },
    );
  });
});

describe("RingRoom", () => {
  it("the frame after 64 overflows and is gone", () => {
    const room = new RingRoom(true);
    for (let n = 0; n < 64; n++) expect(room.offer()).to.equal("stored");
    expect(room.offer()).to.equal("overflow");
    room.take();
    expect(room.offer()).to.equal("stored");
    expect(room.count).to.equal(64);
  });

  it("has no known end where the ring is not recorded", () => {
    const room = new RingRoom(false);
    for (let n = 0; n < 1000; n++) expect(room.offer()).to.equal("stored");
  });
});
