// What a guest can do wrong when it receives: the device goes on, a row says what was wrong.
import { expect } from "chai";
import fc from "fast-check";
import { aFrame, FAR_END } from "../a-nic.ts";
import { OUTSIDE, QUEUE, RawGuest } from "../raw-guest.ts";

const DMA = "DMA outside guest memory";

function arrive(guest: RawGuest, byteCount = 60): void {
  guest.nic.wire.arrive(aFrame(guest.nic.pf.address, FAR_END, byteCount), 0);
}

describe("Igb82576 of a guest that receives wrongly", () => {
  it("completes a descriptor whose buffer lies outside memory", () => {
    const guest = new RawGuest();
    guest.describe(0, OUTSIDE);
    guest.store(QUEUE.RDT, 4);
    arrive(guest);
    expect(guest.load(QUEUE.RDH)).to.equal(1);
    expect(guest.nic.guestErrors()).to.include(DMA);
  });

  it("walks a ring outside memory and writes nowhere", () => {
    const guest = new RawGuest();
    guest.store(QUEUE.RDBAL, OUTSIDE);
    guest.store(QUEUE.RDT, 4);
    arrive(guest);
    expect(guest.nic.guestErrors()).to.include(DMA);
    expect(guest.bytes(guest.buffer, 2048).every((byte) => byte === 0)).to.equal(true);
  });

  it("keeps frames out of a ring without length", () => {
    const guest = new RawGuest();
    guest.store(QUEUE.RDLEN, 0);
    guest.store(QUEUE.RDT, 4);
    arrive(guest);
    expect(guest.load(QUEUE.RDH)).to.equal(0);
  });

  it("takes a tail beyond the ring for an empty ring", () => {
    const guest = new RawGuest(8);
    for (let n = 0; n < 8; n++) guest.describe(n, guest.buffer + 2048 * n);
    guest.store(QUEUE.RDT, 5000);
    for (let n = 0; n < 20; n++) arrive(guest);
    expect(guest.load(QUEUE.RDH)).to.be.below(8);
  });

  it("uses up descriptors without a buffer, and no more than there are", () => {
    const guest = new RawGuest(8);
    for (let n = 0; n < 8; n++) guest.describe(n, 0);
    guest.store(QUEUE.RDT, 7);
    arrive(guest);
    expect(guest.load(QUEUE.RDH)).to.equal(7);
  });

  it("writes at most a frame into a buffer, and nothing beside it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 1514 }), fc.nat({ max: 6 }), (byteCount, count) => {
        const guest = new RawGuest(8);
        guest.machine.memory.bytes.fill(0xa5, guest.buffer, guest.buffer + 65_536);
        for (let n = 0; n < 8; n++) guest.describe(n, guest.buffer + 4096 * n);
        guest.store(QUEUE.RDT, count);
        for (let n = 0; n < count; n++) arrive(guest, byteCount);
        for (let n = 0; n < 8; n++) {
          const at = guest.buffer + 4096 * n;
          const used = n < count ? byteCount : 0;
          expect(guest.bytes(at + used, 4096 - used).every((byte) => byte === 0xa5)).to.equal(true);
        }
      }),
      { seed: 4, numRuns: 20 },
    );
  });
});
