// How receive buffers can be wrong or missing, and what QEMU's model makes of it (hw/net/vmxnet3.c,
// vmxnet3_indicate_packet, vmxnet3_rx_filter_may_indicate).
import { expect } from "chai";
import { COMMANDS } from "../../../../../engine/devices/vmxnet3/commands.ts";
import { RCD } from "../../../../../engine/devices/vmxnet3/descriptors.ts";
import {
  QUEUE_DESC_BYTES,
  RX_MODE,
  RX_QUEUE,
  SHARED,
} from "../../../../../engine/devices/vmxnet3/shared-area.ts";
import { aFrame, RawGuest, SIZES } from "../raw-guest.ts";

const BUFFER = 0x80000;
const OUTSIDE = 0x4000_0000;
const NEW = 2 ** 31;

function anActiveGuest(): RawGuest {
  const guest = new RawGuest();
  guest.activate();
  return guest;
}

/** Counters of frames without a buffer and of frames in error. */
function lostCounts(guest: RawGuest): number[] {
  guest.command(COMMANDS.GET_STATS);
  const at = guest.queues + QUEUE_DESC_BYTES + RX_QUEUE.stats;
  return [64, 72].map((offset) => guest.view.getUint32(at + offset, true));
}

describe("Vmxnet3 receive by a guest that is wrong", () => {
  it("drops frames before activation", () => {
    const guest = new RawGuest();
    guest.rxDescriptor(guest.rxRing0, 0, BUFFER, 1522, false);
    guest.wire.arrive(aFrame(60), 0);
    expect(guest.completion(guest.rxCompletions, 0)).to.deep.equal([0, 0, 0, 0]);
  });

  it("drops a frame without a buffer and counts it", () => {
    const guest = anActiveGuest();
    guest.wire.arrive(aFrame(60), 0);
    expect(guest.completion(guest.rxCompletions, 0)).to.deep.equal([0, 0, 0, 0]);
    expect(lostCounts(guest)).to.deep.equal([1, 0]);
  });

  it("takes the completion back that a frame without a buffer had reserved", () => {
    const guest = anActiveGuest();
    guest.wire.arrive(aFrame(60), 0);
    guest.rxDescriptor(guest.rxRing0, 0, BUFFER, 1522, false);
    guest.wire.arrive(aFrame(60), 1);
    const word0 = RCD.sop | RCD.eop | RCD.cnc;
    expect(guest.completion(guest.rxCompletions, 0)).to.deep.equal([word0, 0, 60, NEW]);
  });

  it("marks a frame in error when its body finds no buffer", () => {
    const guest = anActiveGuest();
    guest.rxDescriptor(guest.rxRing0, 0, BUFFER, 40, false);
    guest.wire.arrive(aFrame(60), 0);
    const [word0, , word2] = guest.completion(guest.rxCompletions, 0);
    expect(word0).to.equal(RCD.sop | RCD.eop);
    expect(word2).to.equal(40 | RCD.err);
    expect(lostCounts(guest)).to.deep.equal([1, 0]);
  });

  it("marks a frame in error when it needs more buffers than allowed", () => {
    const guest = anActiveGuest();
    guest.rxDescriptor(guest.rxRing0, 0, BUFFER, 10, false);
    for (let i = 0; i < SIZES.rx1; i++) {
      guest.rxDescriptor(guest.rxRing1, i, BUFFER + 256 * (i + 1), 10, true);
    }
    guest.wire.arrive(aFrame(60), 0);
    const errors = [0, 1, 2, 3].map((i) => guest.completion(guest.rxCompletions, i)[2]);
    expect(errors).to.deep.equal([10, 10, 10, 10 | RCD.err]);
    expect(guest.completion(guest.rxCompletions, 4)).to.deep.equal([0, 0, 0, 0]);
    expect(lostCounts(guest)).to.deep.equal([0, 1]);
  });

  it("ends for buffers of no bytes", () => {
    const guest = anActiveGuest();
    guest.rxDescriptor(guest.rxRing0, 0, BUFFER, 0, false);
    for (let i = 0; i < SIZES.rx1; i++) guest.rxDescriptor(guest.rxRing1, i, BUFFER, 0, true);
    guest.wire.arrive(aFrame(60), 0);
    expect(lostCounts(guest)).to.deep.equal([0, 1]);
  });

  it("skips bodies in ring 0 in search of a head", () => {
    const guest = anActiveGuest();
    guest.rxDescriptor(guest.rxRing0, 0, BUFFER, 1522, true);
    guest.rxDescriptor(guest.rxRing0, 1, BUFFER + 4096, 1522, false);
    guest.wire.arrive(aFrame(60), 0);
    expect((guest.completion(guest.rxCompletions, 0)[0] as number) & RCD.rxdIdxMask).to.equal(1);
  });

  it("ends its search in a ring of bodies only", () => {
    const guest = anActiveGuest();
    for (let i = 0; i < SIZES.rx0; i++) guest.rxDescriptor(guest.rxRing0, i, BUFFER, 1522, true);
    guest.wire.arrive(aFrame(60), 0);
    expect(lostCounts(guest)).to.deep.equal([1, 0]);
  });

  it("uses a head buffer in ring 1 as it is, where the model stops the machine", () => {
    const guest = anActiveGuest();
    guest.rxDescriptor(guest.rxRing0, 0, BUFFER, 20, false);
    guest.rxDescriptor(guest.rxRing1, 0, BUFFER + 4096, 1522, false);
    const frame = aFrame(60);
    guest.wire.arrive(frame, 0);
    expect(guest.errors()).to.deep.equal(["head buffer in the ring of bodies"]);
    expect(guest.bytes.slice(BUFFER + 4096, BUFFER + 4136)).to.deep.equal(frame.slice(20));
  });

  it("loses the bytes of a frame whose buffer lies outside memory, but completes it", () => {
    const guest = anActiveGuest();
    guest.rxDescriptor(guest.rxRing0, 0, OUTSIDE, 1522, false);
    guest.wire.arrive(aFrame(60), 0);
    expect(guest.errors()).to.deep.equal(["DMA outside guest memory"]);
    expect(guest.completion(guest.rxCompletions, 0)[2]).to.equal(60);
  });

  it("writes no completion over one that was not read", () => {
    const guest = new RawGuest();
    const rx = guest.queues + QUEUE_DESC_BYTES;
    guest.view.setUint32(rx + RX_QUEUE.compRingSize, 2, true);
    guest.activate();
    for (let i = 0; i < 4; i++) guest.rxDescriptor(guest.rxRing0, i, BUFFER, 1522, false);
    for (let i = 0; i < 2; i++) guest.wire.arrive(aFrame(60 + i), i);
    // The driver clears nothing: in the next round the generation of both entries is current.
    for (let i = 0; i < 2; i++) guest.wire.arrive(aFrame(70 + i), i);
    guest.wire.arrive(aFrame(80), 4);
    expect(guest.completion(guest.rxCompletions, 0)[2]).to.equal(70);
    expect(guest.completion(guest.rxCompletions, 1)[2]).to.equal(71);
  });

  it("filters by mode, address and multicast list as last announced", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.shared + SHARED.rxMode, RX_MODE.UCAST, true);
    guest.activate();
    for (let i = 0; i < 8; i++) guest.rxDescriptor(guest.rxRing0, i, BUFFER, 1522, false);
    const other = aFrame(60);
    other[5] = 0x57;
    const group = aFrame(60);
    group.set([1, 0, 0x5e, 0, 0, 9]);
    const everybody = aFrame(60);
    everybody.fill(0xff, 0, 6);
    for (const frame of [other, group, everybody]) guest.wire.arrive(frame, 0);
    expect(guest.completion(guest.rxCompletions, 0)).to.deep.equal([0, 0, 0, 0]);
    guest.bytes.set([1, 0, 0x5e, 0, 0, 9], 0x90000);
    guest.view.setUint16(guest.shared + SHARED.mfTableLen, 8, true);
    guest.view.setUint32(guest.shared + SHARED.mfTablePA, 0x90000, true);
    guest.view.setUint32(guest.shared + SHARED.rxMode, RX_MODE.MCAST, true);
    guest.wire.arrive(group, 0);
    expect(guest.completion(guest.rxCompletions, 0)).to.deep.equal([0, 0, 0, 0]);
    guest.command(COMMANDS.UPDATE_RX_MODE);
    guest.command(COMMANDS.UPDATE_MAC_FILTERS);
    guest.wire.arrive(group, 0);
    expect(guest.completion(guest.rxCompletions, 0)[2]).to.equal(60);
  });

  it("reads a multicast list outside memory as zeros", () => {
    const guest = new RawGuest();
    guest.view.setUint16(guest.shared + SHARED.mfTableLen, 12, true);
    guest.view.setUint32(guest.shared + SHARED.mfTablePA, OUTSIDE, true);
    expect(guest.activate()).to.equal(0);
    expect(guest.errors()).to.deep.equal(["DMA outside guest memory"]);
    expect([...guest.device.filter.multicast.subarray(0, 12)]).to.deep.equal(Array(12).fill(0));
  });
});
