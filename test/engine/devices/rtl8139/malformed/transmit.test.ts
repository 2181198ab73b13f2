// What a guest can do wrong when it transmits. In each case the chip does what QEMU's does, a row of
// kind guestError says what was wrong, and nothing is thrown.
import { expect } from "chai";
import { REGISTERS } from "../../../../../engine/devices/rtl8139/registers.ts";
import { AChip, AT, aFrame } from "../a-chip.ts";

const OWN = 0x80000000;
const WHOLE = 0x30000000;
const POLL = 0x40;
const OUTSIDE = 0x7000_0000;
const DMA = "DMA outside guest memory";

describe("Rtl8139 of a guest that transmits wrongly", () => {
  it("sends zeros when the payload's address lies outside memory", () => {
    const chip = new AChip().inCPlusMode();
    chip.describe(AT.txRing, 0, OWN + WHOLE + 60, OUTSIDE);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([new Uint8Array(60)]);
    expect(chip.opts1(AT.txRing, 0)).to.equal(WHOLE + 60);
    expect(chip.guestErrors()).to.deep.equal([DMA]);
  });

  it("sends nothing when the ring lies outside memory", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.TSAD0, OUTSIDE, 0);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([]);
    expect(chip.load(REGISTERS.ISR)).to.equal(0);
    expect(new Set(chip.guestErrors())).to.deep.equal(new Set([DMA]));
  });

  it("sends nothing when the ring lies above 4 GiB", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.TSAD0, 0xffffffff, 1);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([]);
    expect(new Set(chip.guestErrors())).to.deep.equal(new Set([DMA]));
  });

  it("reaches no memory before bus mastering is enabled", () => {
    const chip = new AChip({ mastering: false }).inCPlusMode();
    chip.describe(AT.txRing, 0, OWN + WHOLE + 60, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([]);
    expect(new Set(chip.guestErrors())).to.deep.equal(new Set(["DMA while bus mastering is off"]));
  });

  it("ignores a doorbell while the transmitter is disabled", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.CR, 0x08);
    chip.describe(AT.txRing, 0, OWN + WHOLE + 60, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    chip.store(REGISTERS.CR, 0x0c);
    chip.store(REGISTERS.CPCR, 0x02);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([]);
    expect(chip.opts1(AT.txRing, 0)).to.equal(OWN + WHOLE + 60);
    const error = "transmit while the transmitter is disabled";
    expect(chip.guestErrors()).to.deep.equal([error, error]);
  });

  it("ignores a doorbell of the high priority ring", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.TPPoll, 0x80);
    expect(chip.guestErrors()).to.deep.equal(["no high priority ring"]);
  });

  it("does nothing for a doorbell without a descriptor, and sends it at the next", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.load(REGISTERS.ISR)).to.equal(0);
    chip.describe(AT.txRing, 0, OWN + WHOLE + 60, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent.length).to.equal(1);
  });

  it("sends a descriptor again that the guest gives back at once", () => {
    const chip = new AChip().inCPlusMode();
    for (let n = 0; n < 3; n++) {
      chip.device.chip.transmitRing.index = 0;
      chip.describe(AT.txRing, 0, OWN + WHOLE + 60, AT.buffer);
      chip.store(REGISTERS.TPPoll, POLL);
    }
    expect(chip.sent.length).to.equal(3);
  });

  it("takes 64 descriptors at a doorbell of a ring that never ends, wrapping at 64", () => {
    const chip = new AChip().inCPlusMode();
    for (let n = 0; n < 80; n++) chip.describe(AT.txRing, n, OWN + WHOLE + 60, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent.length).to.equal(64);
    expect(chip.device.chip.transmitRing.index).to.equal(0);
    expect(chip.opts1(AT.txRing, 64)).to.equal(OWN + WHOLE + 60);
  });

  it("stops after 64 descriptors when the guest's one-entry ring gives itself back", () => {
    const chip = new AChip().inCPlusMode();
    // The chip's write-back lands in the payload, so that the descriptor keeps its OWN bit.
    chip.wire.onTransmit = () => {
      chip.describe(AT.txRing, 0, OWN + 0x40000000 + WHOLE + 60, AT.buffer);
    };
    chip.describe(AT.txRing, 0, OWN + 0x40000000 + WHOLE + 60, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.wire.transmittedCount).to.equal(64);
  });

  it("cuts a frame that exceeds the gather buffer of 64 KiB", () => {
    const chip = new AChip().inCPlusMode();
    chip.describe(AT.txRing, 0, OWN + 0x20000000 + 0xffff, AT.buffer);
    chip.describe(AT.txRing, 1, OWN + 0x10000000 + 0x1000, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent.map((frame) => frame.length)).to.deep.equal([0x10000]);
    expect(chip.guestErrors()).to.deep.equal(["frame longer than the gather buffer"]);
  });

  it("keeps the first half when a frame begins anew without its end", () => {
    const chip = new AChip().inCPlusMode();
    chip.memory.set(aFrame(60, 1), AT.buffer);
    chip.describe(AT.txRing, 0, OWN + 0x20000000 + 100, AT.buffer + 4096);
    chip.describe(AT.txRing, 1, OWN + WHOLE + 60, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([aFrame(60, 1)]);
  });

  it("sends a segment as it is when the segment size is 0 or the headers lie", () => {
    for (const [at, byte] of [
      [46, 0x00],
      [46, 0xf0],
      [14, 0x65],
      [14, 0x42],
      [16, 0xff],
    ] as const) {
      const chip = new AChip().inCPlusMode();
      const frame = aFrame(80);
      frame.set([8, 0, 0x45, 0, 0, 66, 0, 1, 0, 0, 64, 6], 12);
      frame[46] = 0x50;
      const large = OWN + WHOLE + 0x08000000 + (byte === 0 && at === 46 ? 0 : 20 * 65536);
      frame[at] = byte;
      chip.memory.set(frame, AT.buffer);
      chip.describe(AT.txRing, 0, large + 80, AT.buffer);
      chip.store(REGISTERS.TPPoll, POLL);
      expect(chip.sent).to.deep.equal([frame]);
    }
  });

  it("sends an oversize frame from a slot and says so", () => {
    const chip = new AChip().inCMode();
    chip.store(REGISTERS.TSAD0, AT.buffer);
    chip.store(REGISTERS.TSD0, 0x1fff);
    expect(chip.sent.map((frame) => frame.length)).to.deep.equal([0x1fff]);
    expect(chip.guestErrors()).to.deep.equal(["oversize frame"]);
  });

  it("sends zeros from a slot whose address lies outside memory", () => {
    const chip = new AChip().inCMode();
    chip.store(REGISTERS.TSAD0, OUTSIDE);
    chip.store(REGISTERS.TSD0, 60);
    expect(chip.sent).to.deep.equal([new Uint8Array(60)]);
    expect(chip.load(REGISTERS.TSD0)).to.equal(0xa03c);
    expect(chip.guestErrors()).to.deep.equal([DMA]);
  });

  it("does not send from a slot out of turn", () => {
    const chip = new AChip().inCMode();
    chip.store(REGISTERS.TSAD0, AT.buffer, 2);
    chip.store(REGISTERS.TSD0, 60, 2);
    expect(chip.sent).to.deep.equal([]);
    expect(chip.load(REGISTERS.TSD0, 2)).to.equal(60);
    expect(chip.guestErrors()).to.deep.equal(["transmit slot out of turn"]);
  });

  it("does not send from a slot while the transmitter is disabled", () => {
    const chip = new AChip();
    chip.store(REGISTERS.TSD0, 60);
    expect(chip.sent).to.deep.equal([]);
    expect(chip.guestErrors()).to.deep.equal(["transmit while the transmitter is disabled"]);
  });

  it("does not send when the guest sets OWN itself", () => {
    const chip = new AChip().inCMode();
    chip.store(REGISTERS.TSD0, 0x203c);
    expect(chip.sent).to.deep.equal([]);
    expect(chip.guestErrors()).to.deep.equal([]);
  });
});
