// drivers/vhost/net.c, handle_tx_copy, handle_rx; virtio 1.2, 5.1.6. Zero-copy transmission and
// busy polling are not modelled.
import { expect } from "chai";
import { TapQueue } from "../../../engine/host/tap-queue.ts";
import { VhostNet } from "../../../engine/host/vhost-net.ts";
import { aMachine, rowsOf, stepsOf } from "../a-machine.ts";
import { BUFFER, RawGuest, RX, TX } from "../devices/virtio-net/raw-guest.ts";

const PLAIN = ["VERSION_1"] as const;
const MERGEABLE = ["VERSION_1", "MRG_RXBUF"] as const;

function aGuest(): RawGuest {
  return new RawGuest({
    ioeventfd: true,
    dataPlane: (device, wire) => new VhostNet(device, wire),
  });
}

/** A frame of one value for this guest. */
function frame(value: number, byteCount: number): Uint8Array {
  return new Uint8Array(byteCount).fill(value);
}

/** Offers a frame of `byteCount` bytes behind a header as head `head`. */
function offerFrame(guest: RawGuest, head: number, value: number, byteCount: number): void {
  const address = BUFFER + head * 0x1000;
  guest.machine.memory.bytes.fill(value, address + 12, address + 12 + byteCount);
  guest.descriptor(TX, head, { address, byteCount: 12 + byteCount });
  guest.offerHead(TX, head);
}

describe("VhostNet, transmit", () => {
  it("takes all frames that wait, hands them on in one batch and signals once", () => {
    const guest = aGuest().start(PLAIN);
    guest.machine.run();
    guest.machine.trace.clear();
    for (const head of [0, 1, 2]) offerFrame(guest, head, head + 1, 60 + head);
    guest.kick(TX);
    expect(guest.sent).to.deep.equal([frame(1, 60), frame(2, 61), frame(3, 62)]);
    expect(guest.usedIndex(TX)).to.equal(3);
    const rows = rowsOf(guest.machine.trace.finish());
    expect(rows.filter((row) => /tun_sendmsg|vhost_signal/.test(row))).to.deep.equal([
      "deviceStep tun_sendmsg value=3 detail=0",
      "deviceStep vhost_signal value=1 detail=0",
    ]);
  });

  it("gives buffers back only after their frames have left", () => {
    const guest = aGuest().start(PLAIN);
    guest.machine.run();
    let usedAtSend = -1;
    guest.wire.onTransmit = () => (usedAtSend = guest.usedIndex(TX));
    offerFrame(guest, 0, 1, 60);
    guest.kick(TX);
    expect([usedAtSend, guest.usedIndex(TX)]).to.deep.equal([0, 1]);
  });

  it("sends a frame that has no room in the batch alone, in its turn", () => {
    const guest = aGuest().start(PLAIN);
    guest.machine.run();
    for (const [head, byteCount] of [60, 3000, 61].entries()) {
      offerFrame(guest, head, head + 1, byteCount);
    }
    guest.kick(TX);
    expect(guest.sent).to.deep.equal([frame(1, 60), frame(2, 3000), frame(3, 61)]);
    expect(guest.usedIndex(TX)).to.equal(3);
  });

  it("turns doorbells off while it works and on before it looks for the last time", () => {
    const guest = aGuest().start(PLAIN);
    guest.machine.run();
    const flags = () => guest.view.getUint16(guest.area(TX) + 0x800, true);
    const seen: number[] = [];
    guest.wire.onTransmit = () => seen.push(flags());
    expect(flags()).to.equal(0);
    offerFrame(guest, 0, 1, 60);
    guest.kick(TX);
    expect([...seen, flags()]).to.deep.equal([0, 0]);
  });

  it("finds what the guest added while it worked, without another doorbell", () => {
    const guest = aGuest().start(PLAIN);
    guest.machine.run();
    const { bytes } = guest.machine.memory;
    guest.wire.onTransmit = (at, byteCount) => {
      guest.sent.push(bytes.slice(at, at + byteCount));
      if (guest.sent.length === 1) offerFrame(guest, 1, 2, 61);
    };
    offerFrame(guest, 0, 1, 60);
    guest.kick(TX);
    guest.kick(TX);
    expect(guest.sent).to.deep.equal([frame(1, 60), frame(2, 61)]);
  });
});

describe("VhostNet, receive", () => {
  it("puts a frame behind a header into a buffer and says how long both are", () => {
    const guest = aGuest().start(PLAIN);
    guest.offer(RX, [{ byteCount: 256, flags: 2 }]);
    guest.arrive(frame(9, 100));
    expect([guest.usedIndex(RX), guest.usedBytes(RX, 0)]).to.deep.equal([1, 112]);
    const { bytes } = guest.machine.memory;
    expect(bytes.slice(BUFFER + 12, BUFFER + 112)).to.deep.equal(frame(9, 100));
  });

  it("merges buffers for a frame and counts them in the header", () => {
    const guest = aGuest().start(MERGEABLE);
    for (const head of [0, 1, 2]) {
      guest.descriptor(RX, head, { address: BUFFER + head * 0x1000, byteCount: 64, flags: 2 });
      guest.offerHead(RX, head);
    }
    guest.arrive(frame(9, 100));
    expect(guest.usedIndex(RX)).to.equal(2);
    expect([guest.usedBytes(RX, 0), guest.usedBytes(RX, 1)]).to.deep.equal([64, 48]);
    expect(guest.view.getUint16(BUFFER + 10, true)).to.equal(2);
  });

  it("waits for the guest's doorbell when there are no buffers, and loses nothing", () => {
    const guest = aGuest().start(PLAIN);
    guest.arrive(frame(1, 60));
    guest.arrive(frame(2, 61));
    expect(guest.usedIndex(RX)).to.equal(0);
    for (const head of [0, 1]) {
      guest.descriptor(RX, head, { address: BUFFER + head * 0x1000, byteCount: 256, flags: 2 });
      guest.offerHead(RX, head);
    }
    guest.kick(RX);
    expect([guest.usedBytes(RX, 0), guest.usedBytes(RX, 1)]).to.deep.equal([72, 73]);
  });

  it("drops a frame that no buffer holds, and keeps the buffer for the next", () => {
    const guest = aGuest().start(PLAIN);
    guest.offer(RX, [{ byteCount: 64, flags: 2 }]);
    guest.arrive(frame(1, 100));
    expect(guest.usedIndex(RX)).to.equal(0);
    expect(stepsOf(guest.machine.trace.finish())).to.include(
      "frameDropped frame longer than the buffer",
    );
    guest.arrive(frame(2, 50));
    expect([guest.usedIndex(RX), guest.usedBytes(RX, 0)]).to.deep.equal([1, 62]);
  });

  it("forgets what was under way when the device is reset, and starts anew", () => {
    const guest = aGuest().start(PLAIN);
    guest.wire.arrive(frame(1, 60), 1);
    guest.set("device_status", 0);
    guest.machine.run();
    expect(guest.usedIndex(RX)).to.equal(0);
  });
});

describe("VhostNet under a guest that is wrong", () => {
  it("reports a transmit buffer that is writable, or holds no frame, and goes on at the next doorbell", () => {
    for (const wrong of [{ byteCount: 72, flags: 2 }, { byteCount: 12 }, { byteCount: 5 }]) {
      const guest = aGuest().start(PLAIN);
      guest.machine.run();
      guest.offer(TX, [wrong]);
      guest.kick(TX);
      expect(guest.errors).to.deep.equal(["vhost: transmit buffer without a frame"]);
      offerFrame(guest, 1, 7, 60);
      guest.kick(TX);
      expect(guest.sent).to.deep.equal([frame(7, 60)]);
    }
  });

  it("reports a receive buffer that is not writable and takes none of it", () => {
    const guest = aGuest().start(PLAIN);
    guest.machine.run();
    guest.offer(RX, [{ byteCount: 256 }]);
    guest.arrive(frame(1, 60));
    expect(guest.errors).to.deep.equal(["vhost: receive buffer that is not writable"]);
    expect(guest.usedIndex(RX)).to.equal(0);
  });

  it("stops at a head out of range", () => {
    const guest = aGuest().start(PLAIN);
    guest.machine.run();
    guest.offerHead(TX, 99);
    guest.kick(TX);
    expect(guest.device.broken).to.equal(true);
    expect(guest.sent).to.deep.equal([]);
  });
});

describe("TapQueue", () => {
  it("keeps 1,000 frames in order and drops what comes then, with a row", () => {
    const machine = aMachine();
    const queue = new TapQueue(machine);
    for (let i = 0; i < 1000; i++) expect(queue.push(frame(i & 255, 60), i)).to.equal(true);
    expect(queue.push(frame(1, 60), 1000)).to.equal(false);
    expect(stepsOf(machine.trace.finish())).to.deep.equal(["frameDropped TAP queue full"]);
    queue.drop();
    expect([queue.count, queue.headPacket, queue.head?.[0]]).to.deep.equal([999, 1, 1]);
    for (let i = 0; i < 999; i++) queue.drop();
    queue.drop();
    expect([queue.count, queue.head]).to.deep.equal([0, undefined]);
  });
});
