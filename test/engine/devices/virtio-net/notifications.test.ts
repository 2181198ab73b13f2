// When the driver knocks, and what the device does then: doorbells that are left out, the transmit
// bottom half with its burst, ioeventfd.
import { expect } from "chai";
import { KIND } from "../../../../engine/trace/schema.ts";
import { aNic, numbered, PEER } from "./a-nic.ts";
import { BUFFER, NUM, RawGuest, RX, TX } from "./raw-guest.ts";

const DOORBELLS = "virtio-pci-notify-virtio-net";

/** `used.flags` of a split ring without event index: bit 0 says "do not notify". */
function silenced(guest: RawGuest, queue: number): boolean {
  return guest.view.getUint16(guest.area(queue) + 0x800, true) === 1;
}

describe("Virtio-net notifications", () => {
  for (const packed of [false, true]) {
    for (const eventIndex of [false, true]) {
      const kind = `${packed ? "packed" : "split"}${eventIndex ? ", event index" : ""}`;

      it(`knocks once for all frames that wait for the bottom half (${kind})`, () => {
        // Without NAPI on transmit there are no byte queue limits to hold frames back.
        const options = { ioeventfd: false, wakeTicks: 1_000_000, napiTx: false };
        const run = aNic({ packed, eventIndex, ...options });
        for (let i = 0; i < 20; i++) run.send(numbered(i, 60, PEER));
        run.machine.run();
        expect(run.sent).to.have.lengthOf(20);
        expect(run.count(KIND.mmioWrite, DOORBELLS)).to.equal(1);
      });

      it(`knocks again for a frame after a rest (${kind})`, () => {
        const run = aNic({ packed, eventIndex });
        for (let i = 0; i < 4; i++) {
          run.send(numbered(i, 60, PEER));
          run.machine.run();
        }
        expect(run.count(KIND.mmioWrite, DOORBELLS)).to.equal(4);
        expect(run.sent).to.have.lengthOf(4);
      });
    }
  }

  it("asks a host thread to act when there is an ioeventfd", () => {
    const run = aNic();
    run.send(numbered(0, 60, PEER));
    run.machine.run();
    expect(run.count(KIND.signal, "ioeventfd")).to.equal(1);
    expect(run.count(KIND.deviceStep, "virtio_queue_notify")).to.equal(2);
  });

  it("acts in the vCPU's exit when there is none", () => {
    const run = aNic({ ioeventfd: false });
    run.send(numbered(0, 60, PEER));
    run.machine.run();
    expect(run.count(KIND.signal)).to.equal(0);
    expect(run.count(KIND.deviceStep, "virtio_queue_notify")).to.equal(1);
  });

  it("silences the guest while it sends, and not once it rests", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + 12);
    guest.offer(TX, [{ byteCount: 72 }]);
    guest.modern.notify.write(4, 2, 1);
    expect(silenced(guest, TX)).to.equal(true);
    expect(guest.sent).to.have.lengthOf(0);
    guest.machine.run();
    expect(silenced(guest, TX)).to.equal(false);
    expect(guest.sent).to.have.lengthOf(1);
  });

  it("finds a frame that came while it enabled notifications", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + 12);
    guest.offer(TX, [{ byteCount: 72 }]);
    guest.wire.onTransmit = () => {
      // As another vCPU would, without a doorbell because notifications are off.
      if (guest.wire.transmittedCount < 5) guest.offerHead(TX, 0);
    };
    guest.kick(TX);
    expect(guest.usedIndex(TX)).to.equal(5);
  });

  it("sends its burst in one run of the bottom half, and goes on in another", () => {
    for (const transmitBurst of [1, 3, 256]) {
      const guest = new RawGuest({ transmitBurst }).start(["VERSION_1"]);
      guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + 12);
      guest.offer(TX, [{ byteCount: 72 }]);
      for (let i = 1; i < NUM; i++) guest.offerHead(TX, 0);
      guest.kick(TX);
      expect(guest.sent).to.have.lengthOf(NUM);
      expect(silenced(guest, TX)).to.equal(false);
    }
  });

  it("wants to hear of receive buffers only while it has none for a frame", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.offer(RX, [{ byteCount: 1536, flags: 2 }]);
    guest.arrive(numbered(1, 60));
    expect(silenced(guest, RX)).to.equal(true);
    guest.arrive(numbered(2, 60));
    expect(silenced(guest, RX)).to.equal(false);
    guest.offerHead(RX, 0);
    guest.kick(RX);
    expect(guest.usedIndex(RX)).to.equal(2);
  });

  it("loses nothing when the index wraps at 2^16", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + 12);
    guest.descriptor(TX, 0, { byteCount: 72 });
    guest.machine.trace.enabled = false;
    guest.wire.onTransmit = () => {};
    for (let i = 0; i < 70_000; i++) {
      guest.offerHead(TX, 0);
      guest.kick(TX);
    }
    expect(guest.wire.transmittedCount).to.equal(70_000);
    expect(guest.usedIndex(TX)).to.equal(70_000 - 65_536);
  });
});
