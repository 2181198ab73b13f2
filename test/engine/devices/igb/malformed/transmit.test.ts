// What a guest can do wrong when it sends: the device goes on, a row says what was wrong.
import { expect } from "chai";
import fc from "fast-check";
import { COMMAND, OUTSIDE, QUEUE, RawGuest } from "../raw-guest.ts";

const DMA = "DMA outside guest memory";
const LAST = (COMMAND.data | COMMAND.endOfPacket | COMMAND.reportStatus) >>> 0;

describe("Igb82576 of a guest that sends wrongly", () => {
  it("sends nothing of a buffer outside memory, and completes its descriptor", () => {
    const guest = new RawGuest();
    guest.describe(0, OUTSIDE, LAST + 60);
    guest.store(QUEUE.TDT, 1);
    expect(guest.nic.sent).to.have.length(0);
    expect(guest.load(QUEUE.TDH)).to.equal(1);
    expect(guest.nic.guestErrors()).to.include(DMA);
  });

  it("walks a ring outside memory without sending", () => {
    const guest = new RawGuest();
    guest.store(QUEUE.TDBAL, OUTSIDE);
    guest.store(QUEUE.TDT, 3);
    expect(guest.load(QUEUE.TDH)).to.equal(3);
    expect(guest.nic.sent).to.have.length(0);
    expect(guest.nic.guestErrors()).to.include(DMA);
  });

  it("ignores a tail beyond the ring", () => {
    const guest = new RawGuest(8);
    guest.store(QUEUE.TDT, 8);
    expect(guest.load(QUEUE.TDH)).to.equal(0);
    expect(guest.nic.guestErrors()).to.deep.equal(["transmit tail beyond the ring"]);
  });

  it("ignores a tail of a ring without length", () => {
    const guest = new RawGuest();
    guest.store(QUEUE.TDLEN, 0);
    guest.store(QUEUE.TDT, 1);
    expect(guest.load(QUEUE.TDH)).to.equal(0);
    expect(guest.nic.guestErrors()).to.deep.equal(["transmit tail beyond the ring"]);
  });

  it("passes over a descriptor of an unknown type", () => {
    const guest = new RawGuest();
    guest.describe(0, guest.buffer, 0x2010_0000);
    guest.store(QUEUE.TDT, 1);
    expect(guest.load(QUEUE.TDH)).to.equal(1);
    expect(guest.nic.guestErrors()).to.deep.equal(["unknown descriptor type"]);
  });

  it("sends nothing of a frame without a header", () => {
    const guest = new RawGuest();
    guest.describe(0, guest.buffer, LAST + 5);
    guest.store(QUEUE.TDT, 1);
    expect(guest.nic.sent).to.have.length(0);
    expect(guest.nic.guestErrors()).to.deep.equal(["frame too short for its headers"]);
  });

  it("sends nothing of a frame that is larger than the chip's memory", () => {
    const guest = new RawGuest();
    for (let n = 0; n < 6; n++) guest.describe(n, guest.buffer, COMMAND.data + 0xffff);
    guest.describe(6, guest.buffer, LAST + 60);
    guest.store(QUEUE.TDT, 7);
    expect(guest.nic.sent).to.have.length(0);
    expect(guest.nic.guestErrors()).to.include("frame larger than the chip's memory");
  });

  it("drops a frame to be segmented into pieces of no bytes", () => {
    const guest = new RawGuest();
    guest.describe(0, 0, COMMAND.context, 0);
    guest.describe(1, guest.buffer, (LAST | COMMAND.segment) >>> 0, 1000 << 14);
    guest.machine.memory.view.setUint16(guest.ring + 24, 1000, true);
    guest.store(QUEUE.TDT, 2);
    expect(guest.nic.sent).to.have.length(0);
    expect(guest.nic.drops()).to.deep.equal(["frame the chip cannot send"]);
  });

  it("writes nowhere but into its ring, whatever the descriptors hold", () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    const field = fc.oneof(
      word,
      fc.constantFrom(COMMAND.data + 60, LAST + 200, COMMAND.context, 0xbb30_0040),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, field, field), { minLength: 1, maxLength: 7 }),
        (entries) => {
          const guest = new RawGuest();
          const before = guest.bytes(0, guest.ring);
          const behind = guest.bytes(guest.buffer, 65_536);
          for (const [n, [address, command, options]] of entries.entries()) {
            guest.describe(n, address, command, options);
          }
          guest.store(QUEUE.TDT, entries.length);
          guest.machine.run();
          expect(guest.load(QUEUE.TDH)).to.equal(entries.length);
          expect(guest.bytes(0, guest.ring)).to.deep.equal(before);
          expect(guest.bytes(guest.buffer, 65_536)).to.deep.equal(behind);
        },
      ),
      { seed: 3, numRuns: 12 },
    );
  });
});
