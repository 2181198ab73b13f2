// What a guest can do wrong when it receives. In each case the chip does what QEMU's does, a row of
// kind guestError or frameDropped says what was wrong, and nothing is thrown.
import { expect } from "chai";
import { REGISTERS } from "../../../../../engine/devices/rtl8139/registers.ts";
import { KIND } from "../../../../../engine/trace/schema.ts";
import { AChip, AT, aFrame, bytesAt } from "../a-chip.ts";

const OWN = 0x80000000;
const OUTSIDE = 0x7000_0000;
const DMA = "DMA outside guest memory";

describe("Rtl8139 of a guest that receives wrongly", () => {
  it("completes a descriptor whose buffer lies outside memory", () => {
    const chip = new AChip().inCPlusMode();
    chip.describe(AT.rxRing, 0, OWN + 1536, OUTSIDE);
    expect(chip.arrive(aFrame(60))).to.equal("accepted");
    expect(chip.opts1(AT.rxRing, 0)).to.equal(0x32000040);
    expect(chip.guestErrors()).to.deep.equal([DMA, DMA]);
  });

  it("drops a frame when the ring lies outside memory", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.RDSAR, OUTSIDE, 0);
    expect(chip.arrive(aFrame(60))).to.equal("dropped");
    expect(chip.load(REGISTERS.ISR)).to.equal(0x10);
    expect(new Set(chip.guestErrors())).to.deep.equal(new Set([DMA]));
  });

  it("drops a frame that is larger than its buffer", () => {
    const chip = new AChip().inCPlusMode();
    chip.describe(AT.rxRing, 0, OWN + 63, AT.buffer);
    expect(chip.arrive(aFrame(60))).to.equal("dropped");
    expect(chip.load(REGISTERS.MPC)).to.equal(1);
    expect(chip.opts1(AT.rxRing, 0)).to.equal(OWN + 63);
    expect(bytesAt(chip, AT.buffer, 64)).to.deep.equal(new Uint8Array(64));
    expect(chip.guestErrors()).to.deep.equal(["receive buffer too small"]);
  });

  it("walks on through memory behind a ring that never ends", () => {
    const chip = new AChip().inCPlusMode();
    for (let n = 0; n < 70; n++) chip.describe(AT.rxRing, n, OWN + 1536, AT.buffer);
    for (let n = 0; n < 70; n++) expect(chip.arrive(aFrame(60))).to.equal("accepted");
    expect(chip.device.chip.receiveRing.index).to.equal(70);
    expect(chip.arrive(aFrame(60))).to.equal("dropped");
  });

  it("writes nowhere when the receive buffer lies outside memory", () => {
    const chip = new AChip().inCMode();
    chip.store(REGISTERS.RBSTART, OUTSIDE);
    expect(chip.arrive(aFrame(60))).to.equal("accepted");
    expect(chip.load(REGISTERS.CBR)).to.equal(68);
    expect(chip.guestErrors()).to.deep.equal([DMA, DMA, DMA]);
  });

  it("never writes past a receive buffer that is never read", () => {
    const chip = new AChip().inCMode();
    chip.store(REGISTERS.IMR, 0x10);
    for (let n = 0; n < 20; n++) chip.arrive(aFrame(1514));
    expect(chip.load(REGISTERS.MPC)).to.equal(15);
    const behind = bytesAt(chip, AT.rxBuffer + 8192, 4096);
    expect(behind.every((byte) => byte === 0)).to.equal(true);
  });

  it("takes any CAPR and stays inside its buffer", () => {
    for (const capr of [0, 1, 0xfff0, 0x1fff, 0xffff, 0x2345]) {
      const chip = new AChip().inCMode();
      chip.arrive(aFrame(200));
      chip.store(REGISTERS.CAPR, capr);
      for (let n = 0; n < 12; n++) chip.arrive(aFrame(1000));
      expect(chip.device.chip.receiveBuffer.readAt).to.be.within(0, 8191);
      expect(chip.device.chip.receiveBuffer.writeAt).to.be.within(0, 8191);
      const outside = bytesAt(chip, AT.rxBuffer + 8192, 2048);
      expect(outside.every((byte) => byte === 0)).to.equal(true);
    }
  });

  it("drops frames while the receiver is disabled or the clock halted", () => {
    const chip = new AChip().inCPlusMode();
    chip.describe(AT.rxRing, 0, OWN + 1536, AT.buffer);
    chip.store(REGISTERS.HltClk, 0x48);
    expect(chip.arrive(aFrame(60))).to.equal("dropped");
    chip.store(REGISTERS.HltClk, 0x52);
    chip.store(REGISTERS.CR, 0x04);
    expect(chip.arrive(aFrame(60))).to.equal("dropped");
    expect(chip.load(REGISTERS.ISR)).to.equal(0);
    const cause = "receiver disabled";
    expect(chip.named(KIND.frameDropped)).to.deep.equal([cause, cause]);
  });

  it("loses what the buffer held when RCR is written", () => {
    const chip = new AChip().inCMode();
    chip.arrive(aFrame(60));
    expect(chip.load(REGISTERS.CR) & 1).to.equal(0);
    chip.store(REGISTERS.RCR, 0x0e);
    expect(chip.load(REGISTERS.CR) & 1).to.equal(1);
  });
});
