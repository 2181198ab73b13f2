// How transmit descriptors can be wrong, and what QEMU's model makes of them (hw/net/vmxnet3.c,
// vmxnet3_process_tx_queue; hw/net/net_tx_pkt.c). Does not cover segmentation.
import { expect } from "chai";
import { STATISTICS_BYTES } from "../../../../../engine/devices/vmxnet3/statistics.ts";
import { COMMANDS } from "../../../../../engine/devices/vmxnet3/commands.ts";
import { OFFLOAD } from "../../../../../engine/devices/vmxnet3/descriptors.ts";
import { QUEUE_DESC_BYTES, TX_QUEUE } from "../../../../../engine/devices/vmxnet3/shared-area.ts";
import { RawGuest, SIZES } from "../raw-guest.ts";

const BUFFER = 0x80000;
const OUTSIDE = 0x4000_0000;
const COMPLETE = 2 ** 31;

/** The transmit error counter, as GET_STATS puts it into shared memory. */
function errorCount(guest: RawGuest): number {
  guest.command(COMMANDS.GET_STATS);
  return guest.view.getUint32(guest.queues + TX_QUEUE.stats + 64, true);
}

function anActiveGuest(): RawGuest {
  const guest = new RawGuest();
  guest.activate();
  return guest;
}

describe("Vmxnet3 transmit by a guest that is wrong", () => {
  it("sends nothing for a doorbell without a descriptor, whatever index it carries", () => {
    for (const index of [0, 3, SIZES.tx, 0xffff_ffff]) {
      const guest = anActiveGuest();
      guest.doorbell(0, index);
      expect(guest.sent).to.deep.equal([]);
      expect(guest.errors()).to.deep.equal([]);
    }
  });

  it("sends what the generation bits say, not what the doorbell's index says", () => {
    const guest = anActiveGuest();
    const frame = guest.putFrame(BUFFER, 60);
    guest.txDescriptor(0, BUFFER, 60);
    guest.doorbell(0, 7);
    expect(guest.sent).to.deep.equal([frame]);
    expect(guest.completion(guest.txCompletions, 0)).to.deep.equal([0, 0, 0, COMPLETE]);
  });

  it("ignores a doorbell before activation and after deactivation", () => {
    const guest = new RawGuest();
    guest.putFrame(BUFFER, 60);
    guest.txDescriptor(0, BUFFER, 60);
    guest.doorbell();
    guest.activate();
    guest.command(COMMANDS.QUIESCE_DEV);
    guest.doorbell();
    expect(guest.sent).to.deep.equal([]);
  });

  it("lets the doorbell of one queue too many through, which then has no ring", () => {
    const guest = anActiveGuest();
    guest.doorbell(1);
    expect(guest.errors()).to.deep.equal([]);
    guest.doorbell(2);
    expect(guest.errors()).to.deep.equal(["doorbell of a queue that is not there"]);
    expect(guest.sent).to.deep.equal([]);
  });

  it("sends zeros for a buffer outside memory that fits the bounce buffer", () => {
    const guest = anActiveGuest();
    guest.txDescriptor(0, OUTSIDE, 60);
    guest.doorbell();
    expect(guest.sent).to.deep.equal([new Uint8Array(60)]);
    expect(guest.errors()).to.deep.equal(["DMA outside guest memory"]);
    expect(guest.completion(guest.txCompletions, 0)).to.deep.equal([0, 0, 0, COMPLETE]);
  });

  it("loses and completes a packet with more than 4,096 bytes outside memory", () => {
    const guest = anActiveGuest();
    guest.txDescriptor(0, OUTSIDE, 4000, { eop: false });
    guest.txDescriptor(1, OUTSIDE, 97);
    guest.doorbell();
    expect(guest.sent).to.deep.equal([]);
    expect(guest.completion(guest.txCompletions, 0)).to.deep.equal([1, 0, 0, COMPLETE]);
    expect(errorCount(guest)).to.equal(1);
  });

  it("loses and completes a packet whose buffer ends outside memory", () => {
    const guest = anActiveGuest();
    guest.txDescriptor(0, guest.machine.memory.guestBytes - 30, 60);
    guest.doorbell();
    expect(guest.sent).to.deep.equal([]);
    expect(guest.completion(guest.txCompletions, 0)).to.deep.equal([0, 0, 0, COMPLETE]);
    expect(errorCount(guest)).to.equal(1);
  });

  it("goes on with the next packet after one that is lost", () => {
    const guest = anActiveGuest();
    const frame = guest.putFrame(BUFFER, 60);
    guest.txDescriptor(0, guest.machine.memory.guestBytes - 30, 60, { eop: false });
    guest.txDescriptor(1, BUFFER, 60);
    guest.txDescriptor(2, BUFFER, 60);
    guest.doorbell();
    expect(guest.sent).to.deep.equal([frame]);
    expect(guest.completion(guest.txCompletions, 0)[0]).to.equal(1);
    expect(guest.completion(guest.txCompletions, 1)[0]).to.equal(2);
  });

  it("forgets at the end of a doorbell what a packet without an end had gathered", () => {
    const guest = anActiveGuest();
    const frame = guest.putFrame(BUFFER, 60);
    guest.txDescriptor(0, BUFFER, 60, { eop: false });
    guest.doorbell();
    guest.txDescriptor(1, BUFFER, 60);
    guest.doorbell();
    expect(guest.sent).to.deep.equal([frame]);
    expect(guest.completion(guest.txCompletions, 0)[0]).to.equal(1);
  });

  it("stops at the end of a ring of packets without an end", () => {
    const guest = anActiveGuest();
    for (let i = 0; i < SIZES.tx; i++) guest.txDescriptor(i, BUFFER, 1000, { eop: false });
    guest.doorbell();
    expect(guest.sent).to.deep.equal([]);
    expect(guest.completion(guest.txCompletions, 0)).to.deep.equal([0, 0, 0, 0]);
  });

  it("takes a length of 0 as 16,384 bytes", () => {
    const guest = anActiveGuest();
    guest.putFrame(BUFFER, 64);
    guest.txDescriptor(0, BUFFER, 0);
    guest.doorbell();
    expect(guest.sent.map((frame) => frame.length)).to.deep.equal([16384]);
  });

  it("loses a packet larger than the host's network layer takes", () => {
    const guest = anActiveGuest();
    for (let i = 0; i < 5; i++) guest.txDescriptor(i, BUFFER, 16383, { eop: i === 4 });
    guest.doorbell();
    expect(guest.sent).to.deep.equal([]);
    expect(guest.errors()).to.deep.equal(["frame larger than the host takes"]);
    expect(errorCount(guest)).to.equal(1);
  });

  it("loses frames without room for their headers", () => {
    for (const [byteCount, type] of [
      [13, [0, 0]],
      [17, [0x81, 0x00]],
      [33, [0x08, 0x00]],
      [53, [0x86, 0xdd]],
    ] as const) {
      const guest = anActiveGuest();
      guest.bytes.fill(0x45, BUFFER, BUFFER + 100);
      guest.bytes.set(type, BUFFER + 12);
      guest.txDescriptor(0, BUFFER, byteCount);
      guest.doorbell();
      expect(guest.sent).to.deep.equal([]);
      expect(guest.errors()).to.deep.equal(["frame with damaged headers"]);
      expect(guest.completion(guest.txCompletions, 0)[3]).to.equal(COMPLETE);
    }
  });

  it("loses a datagram too short for the checksum it asks for", () => {
    const guest = anActiveGuest();
    guest.bytes.set([0x08, 0x00, 0x45], BUFFER + 12);
    guest.bytes[BUFFER + 23] = 17;
    guest.txDescriptor(0, BUFFER, 41, { offload: OFFLOAD.CSUM });
    guest.doorbell();
    expect(guest.sent).to.deep.equal([]);
    expect(guest.errors()).to.deep.equal(["frame too short for its checksum"]);
  });

  it("discards what asks for an offload that is not modelled", () => {
    for (const offload of [OFFLOAD.TSO, OFFLOAD.ENCAP]) {
      const guest = anActiveGuest();
      guest.putFrame(BUFFER, 60);
      guest.txDescriptor(0, BUFFER, 60, { offload });
      guest.doorbell();
      expect(guest.sent).to.deep.equal([]);
      expect(guest.errors()).to.deep.equal(["offload that is not modelled"]);
    }
  });

  it("ends when completions overwrite the ring that it reads", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.queues + TX_QUEUE.compRingAddress, guest.txRing, true);
    guest.activate();
    guest.putFrame(BUFFER, 60);
    for (let i = 0; i < SIZES.tx; i++) guest.txDescriptor(i, BUFFER, 60);
    guest.doorbell();
    expect(guest.sent.length).to.be.at.most(2 * SIZES.tx + 2);
  });

  it("loses completions written outside memory, and the counters too", () => {
    const guest = new RawGuest();
    guest.view.setUint32(guest.queues + TX_QUEUE.compRingAddress, OUTSIDE, true);
    guest.activate();
    guest.putFrame(BUFFER, 60);
    guest.txDescriptor(0, BUFFER, 60);
    guest.doorbell();
    expect(guest.sent).to.have.lengthOf(1);
    expect(new Set(guest.errors())).to.deep.equal(new Set(["DMA outside guest memory"]));
    expect(STATISTICS_BYTES).to.be.below(QUEUE_DESC_BYTES);
  });
});
