// How a guest can be wrong about its receive buffers, and what QEMU makes of it
// (hw/net/virtio-net.c, virtio_net_receive_rcu, virtio_net_has_buffers).
import { expect } from "chai";
import type { FeatureName } from "../../../../../engine/devices/virtio/feature.ts";
import { RING_FAULT, type RingFault } from "../../../../../engine/devices/virtio/ring-fault.ts";
import { KIND } from "../../../../../engine/trace/schema.ts";
import { numbered, rows } from "../a-nic.ts";
import { BUFFER, GUEST_BYTES, NUM, RawGuest, RX } from "../raw-guest.ts";

const WRITE = 2;
const PLAIN: FeatureName[] = ["VERSION_1"];
const MERGEABLE: FeatureName[] = ["VERSION_1", "MRG_RXBUF"];
const FRAME = numbered(4, 60);

function dropped(guest: RawGuest, why: string): number {
  return rows(guest.machine, KIND.frameDropped, why);
}

function expectBroken(guest: RawGuest, ...faults: RingFault[]): void {
  expect(guest.errors).to.deep.equal(faults.map((fault) => RING_FAULT[fault]));
  expect(guest.get("device_status")).to.equal(15 | 0x40);
  expect(guest.usedIndex(RX)).to.equal(0);
}

describe("Virtio-net receive by a guest that is wrong", () => {
  it("keeps a frame while there is no buffer, and takes it when there is", () => {
    const guest = new RawGuest().start(PLAIN);
    guest.arrive(FRAME);
    expect(guest.wire.backlogCount).to.equal(1);
    guest.offer(RX, [{ byteCount: 1536, flags: WRITE }]);
    guest.kick(RX);
    expect(guest.wire.backlogCount).to.equal(0);
    expect(guest.usedBytes(RX, 0)).to.equal(72);
    expect(guest.machine.memory.bytes.slice(BUFFER + 12, BUFFER + 72)).to.deep.equal(FRAME);
  });

  it("keeps a frame before DRIVER_OK", () => {
    const guest = new RawGuest();
    guest.arrive(FRAME);
    expect(guest.wire.backlogCount).to.equal(1);
    expect(guest.errors).to.deep.equal([]);
  });

  it("needs a reset after a buffer that cannot be written", () => {
    const guest = new RawGuest().start(PLAIN);
    guest.offer(RX, [{ byteCount: 1536 }]);
    guest.arrive(FRAME);
    expectBroken(guest, "noInBuffer");
  });

  it("drops a frame longer than a buffer that may not be merged, and keeps the buffer", () => {
    const guest = new RawGuest().start(PLAIN);
    guest.offer(RX, [{ byteCount: 64, flags: WRITE }]);
    guest.arrive(FRAME);
    expect(dropped(guest, "frame longer than the buffer")).to.equal(1);
    expect(guest.errors).to.deep.equal([]);
    guest.arrive(FRAME.subarray(0, 20));
    expect(guest.usedBytes(RX, 0)).to.equal(32);
  });

  it("keeps a frame that all buffers together cannot hold when they may be merged", () => {
    const guest = new RawGuest().start(MERGEABLE);
    guest.offer(RX, [{ byteCount: 64, flags: WRITE }]);
    guest.arrive(FRAME);
    expect(guest.wire.backlogCount).to.equal(1);
    guest.offerHead(RX, 0);
    guest.kick(RX);
    expect(guest.usedIndex(RX)).to.equal(2);
    expect(guest.view.getUint16(BUFFER + 10, true)).to.equal(2);
  });

  it("needs a reset after an available index that jumped", () => {
    const guest = new RawGuest().start(MERGEABLE);
    guest.view.setUint16(guest.area(RX) + 0x402, NUM + 1, true);
    guest.arrive(FRAME);
    expectBroken(guest, "indexJump");
  });

  it("needs a reset after a head out of range", () => {
    for (const features of [PLAIN, MERGEABLE]) {
      const guest = new RawGuest().start(features);
      guest.offerHead(RX, 0xffff);
      guest.arrive(FRAME);
      expectBroken(guest, "headRange");
    }
  });

  it("writes few bytes outside memory nowhere", () => {
    const guest = new RawGuest().start(PLAIN);
    guest.offer(RX, [{ address: GUEST_BYTES - 40, byteCount: 1536, flags: WRITE }]);
    guest.arrive(FRAME);
    expect(guest.usedBytes(RX, 0)).to.equal(72);
    const end = guest.machine.memory.bytes.slice(GUEST_BYTES - 28, GUEST_BYTES);
    expect(end).to.deep.equal(FRAME.slice(0, 28));
  });

  it("needs a reset after more bytes outside memory than it can hold", () => {
    const guest = new RawGuest().start(PLAIN);
    guest.offer(RX, [{ address: GUEST_BYTES, byteCount: 5000, flags: WRITE }]);
    guest.arrive(FRAME);
    expectBroken(guest, "strayBuffer");
  });

  it("drops what comes while bus mastering is off", () => {
    const guest = new RawGuest().start(PLAIN);
    guest.offer(RX, [{ byteCount: 1536, flags: WRITE }]);
    guest.pci.config.write(4, 2, 0x103);
    guest.arrive(FRAME);
    expect(guest.usedIndex(RX)).to.equal(0);
    expect(guest.wire.backlogCount).to.equal(1);
  });

  it("puts the header into buffers however small, and nothing behind them", () => {
    const guest = new RawGuest().start(PLAIN);
    const { bytes } = guest.machine.memory;
    bytes.fill(0xa5, BUFFER, BUFFER + 256);
    guest.offer(RX, [
      { byteCount: 3, flags: WRITE },
      { address: BUFFER + 16, byteCount: 10, flags: WRITE },
      { address: BUFFER + 32, byteCount: 60, flags: WRITE },
    ]);
    guest.arrive(FRAME);
    expect(bytes.slice(BUFFER + 25, BUFFER + 26)).to.deep.equal(FRAME.slice(0, 1));
    expect(bytes.slice(BUFFER + 32, BUFFER + 91)).to.deep.equal(FRAME.slice(1));
    expect([bytes[BUFFER + 3], bytes[BUFFER + 26], bytes[BUFFER + 91]]).to.deep.equal(
      Array(3).fill(0xa5),
    );
  });
});
