// How a guest can be wrong about what it transmits, and what QEMU makes of it (hw/net/virtio-net.c,
// virtio_net_flush_tx): virtio_error, DEVICE_NEEDS_RESET, and nothing moves until a reset.
import { expect } from "chai";
import { RING_FAULT, type RingFault } from "../../../../../engine/devices/virtio/ring-fault.ts";
import { numbered, PEER } from "../a-nic.ts";
import { BUFFER, GUEST_BYTES, NUM, RawGuest, type RawDescriptor, RX, TX } from "../raw-guest.ts";

const NEEDS_RESET = 0x40;
const HEADER = 12;
const WRITE = 2;
const INDIRECT = 4;

function aGuest(): RawGuest {
  const guest = new RawGuest().start();
  guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + HEADER);
  return guest;
}

/** Expects that the device asks for a reset for this reason alone, and works again after one. */
function expectBroken(guest: RawGuest, fault: RingFault): void {
  expect(guest.errors).to.deep.equal([RING_FAULT[fault]]);
  expect(guest.get("device_status") & NEEDS_RESET).to.equal(NEEDS_RESET);
  expect(guest.device.broken).to.equal(true);
  expect(guest.sent).to.deep.equal([]);
  guest.kick(TX);
  guest.arrive(numbered(1, 60));
  expect(guest.errors).to.have.lengthOf(1);
  guest.set("device_status", 0);
  expect([guest.get("device_status"), guest.device.broken]).to.deep.equal([0, false]);
}

describe("Virtio-net transmit by a guest that is wrong", () => {
  const cases: [string, RingFault, RawDescriptor[]][] = [
    ["a buffer that cannot be read", "noOutBuffer", [{ byteCount: 72, flags: WRITE }]],
    ["a buffer shorter than the header", "shortHeader", [{ byteCount: HEADER - 1 }]],
    ["a header alone", "nothingToSend", [{ byteCount: HEADER }]],
    ["a header alone in two pieces", "nothingToSend", [{ byteCount: 5 }, { byteCount: 7 }]],
    ["a piece of no bytes", "zeroLength", [{ byteCount: HEADER }, { byteCount: 0 }]],
    ["more outside memory than fits", "strayBuffer", [{ address: GUEST_BYTES, byteCount: 9000 }]],
    [
      "a readable piece after a writable one",
      "wrongOrder",
      [{ byteCount: 20, flags: WRITE }, { byteCount: 20 }],
    ],
    ["an indirect table that is no multiple", "indirectSize", [{ byteCount: 72, flags: INDIRECT }]],
    ["a next descriptor out of range", "nextRange", [{ byteCount: 72, flags: 1, next: NUM }]],
    ["a chain in a circle", "loop", [{ byteCount: 72, flags: 1, next: 0 }]],
  ];
  for (const [what, fault, chain] of cases) {
    it(`needs a reset after ${what}`, () => {
      const guest = aGuest();
      guest.offer(TX, chain);
      guest.kick(TX);
      expectBroken(guest, fault);
    });
  }

  it("needs a reset after a head out of range", () => {
    const guest = aGuest();
    guest.offerHead(TX, NUM);
    guest.kick(TX);
    expectBroken(guest, "headRange");
  });

  it("sends bytes outside memory as zeros when they are few", () => {
    const guest = aGuest();
    guest.offer(TX, [{ byteCount: HEADER }, { address: GUEST_BYTES, byteCount: 60 }]);
    guest.kick(TX);
    expect(guest.sent).to.deep.equal([new Uint8Array(60)]);
    expect(guest.usedIndex(TX)).to.equal(1);
    expect(guest.device.broken).to.equal(false);
  });

  it("sends a frame whose header lies in any number of pieces", () => {
    const guest = aGuest();
    guest.offer(TX, [
      { byteCount: 1 },
      { address: BUFFER + 1, byteCount: 20 },
      { address: BUFFER + 21, byteCount: 51 },
    ]);
    guest.kick(TX);
    expect(guest.sent).to.deep.equal([numbered(3, 60, PEER)]);
  });

  it("sends a frame of one byte: the device knows no smallest size", () => {
    const guest = aGuest();
    guest.offer(TX, [{ byteCount: HEADER + 1 }]);
    guest.kick(TX);
    expect(guest.sent).to.deep.equal([Uint8Array.of(PEER[0] as number)]);
  });

  it("sends again what an index jump offers again, until more is in use than it has", () => {
    const guest = aGuest();
    guest.descriptor(TX, 0, { byteCount: HEADER + 60 });
    // QEMU's pop does not check how far the index jumped: it takes each entry up to the index.
    guest.view.setUint16(guest.area(TX) + 0x402, 20, true);
    guest.kick(TX);
    expect(guest.sent).to.have.lengthOf(20);
    expect(guest.usedIndex(TX)).to.equal(20);
  });

  it("says nothing of a doorbell without a buffer", () => {
    const guest = aGuest();
    guest.kick(TX);
    guest.kick(RX);
    expect(guest.errors).to.deep.equal([]);
  });

  it("only goes quiet when a device without VERSION_1 is broken", () => {
    const guest = new RawGuest().start([]);
    guest.offer(TX, [{ byteCount: 9 }]);
    guest.kick(TX);
    expect(guest.errors).to.deep.equal([RING_FAULT.shortHeader]);
    expect(guest.device.broken).to.equal(true);
    expect(guest.get("device_status") & NEEDS_RESET).to.equal(0);
  });

  it("interrupts for the configuration when it needs a reset", () => {
    const guest = aGuest();
    guest.offer(TX, [{ byteCount: 1 }]);
    guest.kick(TX);
    expect(guest.modern.isr.read(0, 1)).to.equal(3);
    expect(guest.modern.isr.read(0, 1)).to.equal(0);
    expect(guest.get("config_generation")).to.equal(1);
  });
});
