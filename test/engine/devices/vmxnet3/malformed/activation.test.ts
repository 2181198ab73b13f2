// How a guest can hand over a shared area that is wrong, and what QEMU's model makes of it
// (hw/net/vmxnet3.c, vmxnet3_activate_device). Does not cover device revisions above 1.
import { expect } from "chai";
import {
  QUEUE_DESC_BYTES,
  RX_QUEUE,
  SHARED,
  TX_QUEUE,
} from "../../../../../engine/devices/vmxnet3/shared-area.ts";
import { COMMANDS } from "../../../../../engine/devices/vmxnet3/commands.ts";
import { aFrame, RawGuest, SIZES } from "../raw-guest.ts";

describe("Vmxnet3 activation by a guest that is wrong", () => {
  it("succeeds for a right shared area", () => {
    const guest = new RawGuest();
    expect(guest.activate()).to.equal(0);
    expect(guest.errors()).to.deep.equal([]);
    expect(guest.view.getUint32(guest.queues + TX_QUEUE.txThreshold, true)).to.equal(1);
  });

  it("fails without the magic number", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.shared, 0xbabefee0, true);
    expect(guest.activate()).to.equal(1);
    expect(guest.errors()).to.deep.equal(["shared area without its magic number"]);
  });

  it("fails for a shared area outside memory, in the first and in the second 4 GiB", () => {
    for (const address of [0x8000_0000, 0x1_0000_0000]) {
      const guest = new RawGuest();
      expect(guest.activate(address)).to.equal(1);
      expect(guest.errors()).to.deep.equal([
        "DMA outside guest memory",
        "shared area without its magic number",
      ]);
    }
  });

  it("fails for a shared area whose high half was never written", () => {
    const guest = new RawGuest();
    guest.device.bar1.write(0x10, 4, guest.shared);
    expect(guest.command(COMMANDS.ACTIVATE_DEV)).to.equal(1);
  });

  it("fails for more queues than there are doorbells", () => {
    for (const [offset, count, what] of [
      [SHARED.numTxQueues, 9, "too many transmit queues"],
      [SHARED.numRxQueues, 17, "too many receive queues"],
    ] as const) {
      const guest = new RawGuest();
      guest.view.setUint8(guest.shared + offset, count);
      expect(guest.activate()).to.equal(1);
      expect(guest.errors()).to.deep.equal([what]);
    }
  });

  it("fails for an MTU below 60 or above 9,000 bytes", () => {
    for (const mtuBytes of [0, 59, 9001]) {
      const guest = new RawGuest();
      guest.view.setUint32(guest.shared + SHARED.mtu, mtuBytes, true);
      expect(guest.activate()).to.equal(1);
      expect(guest.errors()).to.deep.equal(["MTU out of range"]);
    }
  });

  it("fails for an interrupt that does not exist, where the model stops the machine", () => {
    for (const wrong of ["events", "transmit", "receive"]) {
      const guest = new RawGuest();
      if (wrong === "events") guest.view.setUint8(guest.shared + SHARED.eventIntrIdx, 1);
      if (wrong === "transmit") guest.view.setUint8(guest.queues + TX_QUEUE.intrIdx, 25);
      if (wrong === "receive") {
        guest.view.setUint8(guest.queues + QUEUE_DESC_BYTES + RX_QUEUE.intrIdx, 255);
      }
      expect(guest.activate()).to.equal(1);
      expect(guest.errors()).to.deep.equal(["interrupt that does not exist"]);
    }
  });

  it("succeeds with queue descriptors outside memory, and then does nothing", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.shared + SHARED.queueDescAddress, 0x7000_0000, true);
    expect(guest.activate()).to.equal(0);
    guest.doorbell();
    guest.wire.arrive(aFrame(60), 0);
    expect(guest.sent).to.deep.equal([]);
    expect(guest.errors()).to.include("DMA outside guest memory");
  });

  it("takes rings without entries, says so, and moves nothing through them", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.queues + TX_QUEUE.txRingSize, 0, true);
    guest.view.setUint32(guest.queues + QUEUE_DESC_BYTES + RX_QUEUE.rxRing0Size, 0, true);
    expect(guest.activate()).to.equal(0);
    expect(guest.errors()).to.deep.equal(["ring without entries", "ring without entries"]);
    guest.doorbell();
    guest.wire.arrive(aFrame(60), 0);
    expect(guest.sent).to.deep.equal([]);
  });

  it("takes ring sizes that are no multiple of 32, as the model checks none", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.queues + TX_QUEUE.txRingSize, SIZES.tx - 5, true);
    expect(guest.activate()).to.equal(0);
    expect(guest.errors()).to.deep.equal([]);
    for (let i = 0; i < SIZES.tx - 5; i++) {
      guest.putFrame(0x80000, 60);
      guest.txDescriptor(i, 0x80000, 60);
    }
    guest.doorbell();
    expect(guest.sent).to.have.lengthOf(SIZES.tx - 5);
  });

  it("cuts rings beyond their largest size", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.queues + TX_QUEUE.txRingSize, 4097, true);
    expect(guest.activate()).to.equal(0);
    expect(guest.errors()).to.deep.equal(["ring cut to its largest size"]);
    expect(guest.device.txQueues[0]?.ring.size).to.equal(4096);
  });

  it("takes a limit of no receive buffers as one", () => {
    const guest = new RawGuest();
    guest.view.setUint16(guest.shared + SHARED.maxNumRxSG, 0, true);
    expect(guest.activate()).to.equal(0);
    expect(guest.device.receiver.fragmentsMax).to.equal(1);
  });

  it("changes nothing when it is active already", () => {
    const guest = new RawGuest();
    guest.activate();
    guest.view.setUint32(guest.queues + TX_QUEUE.txRingSize, 4, true);
    expect(guest.command(COMMANDS.ACTIVATE_DEV)).to.equal(0);
    expect(guest.device.txQueues[0]?.ring.size).to.equal(SIZES.tx);
  });
});
