// RealTek RTL8139C+ datasheet 1.6, 9.1.2 and 9.2.2 Receive, 5.10 Receive Configuration Register.
// Does not cover early receive and checksum flags, which the model does not set.
import { expect } from "chai";
import { REGISTERS } from "../../../../engine/devices/rtl8139/registers.ts";
import { multicastHashBit } from "../../../../engine/devices/rtl8139/multicast-hash.ts";
import { crc32 } from "../../../../engine/packets/crc32.ts";
import { AChip, AT, aFrame, bytesAt, MAC } from "./a-chip.ts";

const OWN = 0x80000000;
const EOR = 0x40000000;
const BROADCAST = new Uint8Array(6).fill(0xff);
const ALL_HOSTS = Uint8Array.of(1, 0, 0x5e, 0, 0, 1);

describe("Rtl8139 receive filter", () => {
  const other = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x57);
  const cases: readonly (readonly [what: string, rcr: number, to: Uint8Array, taken: boolean])[] = [
    ["its own address with APM", 0x02, MAC, true],
    ["its own address without APM", 0x0c, MAC, false],
    ["another address with APM", 0x02, other, false],
    ["another address with AAP", 0x01, other, true],
    ["broadcast with AB", 0x08, BROADCAST, true],
    ["broadcast without AB", 0x06, BROADCAST, false],
    ["a hashed group with AM", 0x04, ALL_HOSTS, true],
    ["a hashed group without AM", 0x0a, ALL_HOSTS, false],
    ["a group that is not hashed", 0x04, Uint8Array.of(1, 0, 0x5e, 0, 0, 2), false],
  ];
  for (const [what, rcr, to, taken] of cases) {
    it(`${taken ? "takes" : "drops"} ${what}`, () => {
      const chip = new AChip().inCPlusMode();
      chip.describe(AT.rxRing, 0, OWN + 1536, AT.buffer);
      chip.store(REGISTERS.MAR0, 0x80000000);
      chip.store(REGISTERS.RCR, rcr);
      expect(chip.arrive(aFrame(60, 0, to))).to.equal(taken ? "accepted" : "dropped");
      expect(chip.load(REGISTERS.ISR)).to.equal(taken ? 1 : 0);
    });
  }

  it("hashes the group of all hosts to bit 31", () => {
    expect(multicastHashBit(ALL_HOSTS, 0)).to.equal(31);
  });
});

describe("Rtl8139 receive ring", () => {
  it("writes the frame, its CRC and the descriptor's status", () => {
    const chip = new AChip().inCPlusMode();
    const frame = aFrame(106);
    chip.describe(AT.rxRing, 0, OWN + 1536, AT.buffer);
    chip.arrive(frame);
    expect(bytesAt(chip, AT.buffer, 106)).to.deep.equal(frame);
    expect(chip.view.getUint32(AT.buffer + 106, true)).to.equal(crc32(frame));
    expect(chip.opts1(AT.rxRing, 0)).to.equal(0x3200006e);
  });

  it("goes back to the first descriptor behind the end of the ring", () => {
    const chip = new AChip().inCPlusMode();
    for (let turn = 0; turn < 5; turn++) {
      const index = turn % 2;
      chip.describe(AT.rxRing, index, OWN + (index === 1 ? EOR : 0) + 1536, AT.buffer);
      expect(chip.arrive(aFrame(60, turn))).to.equal("accepted");
    }
    expect(chip.device.chip.receiveRing.index).to.equal(1);
  });

  it("counts a frame as missed when the descriptor is the driver's", () => {
    const chip = new AChip().inCPlusMode();
    expect(chip.arrive(aFrame(60))).to.equal("dropped");
    expect(chip.load(REGISTERS.ISR)).to.equal(0x10);
    expect(chip.load(REGISTERS.MPC)).to.equal(1);
  });

  it("drops a frame until a ring address is written", () => {
    const chip = new AChip().inCPlusMode();
    chip.store(REGISTERS.RDSAR, 0);
    expect(chip.arrive(aFrame(60))).to.equal("dropped");
    expect(chip.load(REGISTERS.ISR)).to.equal(0);
  });

  it("takes a VLAN tag out when CPCR asks for it", () => {
    const chip = new AChip().inCPlusMode(0x43);
    const frame = aFrame(68);
    frame.set([0x81, 0, 0x20, 0x64], 12);
    chip.describe(AT.rxRing, 0, OWN + 1536, AT.buffer);
    chip.arrive(frame);
    const untagged = Uint8Array.from([...frame.subarray(0, 12), ...frame.subarray(16)]);
    expect(bytesAt(chip, AT.buffer, 64)).to.deep.equal(untagged);
    expect(chip.opts1(AT.rxRing, 0) & 0x1fff).to.equal(68);
    expect(chip.view.getUint32(AT.rxRing + 4, true)).to.equal(0x00016420);
    expect(chip.view.getUint32(AT.buffer + 64, true)).to.equal(crc32(frame));
  });
});

describe("Rtl8139 receive buffer", () => {
  it("holds a header word, the frame and its CRC, aligned to 4 bytes", () => {
    const chip = new AChip().inCMode();
    const frame = aFrame(61);
    chip.arrive(frame);
    expect(chip.view.getUint32(AT.rxBuffer, true)).to.equal(0x00414001);
    expect(bytesAt(chip, AT.rxBuffer + 4, 61)).to.deep.equal(frame);
    expect(chip.view.getUint32(AT.rxBuffer + 65, true)).to.equal(crc32(frame));
    expect(chip.load(REGISTERS.CBR)).to.equal(72);
    expect(chip.load(REGISTERS.CR)).to.equal(0x0c);
    chip.store(REGISTERS.CAPR, 72 - 16);
    expect(chip.load(REGISTERS.CR)).to.equal(0x0d);
    expect(chip.load(REGISTERS.CAPR)).to.equal(56);
  });

  for (const wrap of [true, false]) {
    const how = wrap ? "runs past the end of the buffer" : "continues at its start";
    it(`a frame that meets the end ${how} with WRAP ${wrap ? "set" : "clear"}`, () => {
      const chip = new AChip().inCMode(0, wrap);
      for (let n = 0; n < 5; n++) {
        chip.arrive(aFrame(1500));
        chip.store(REGISTERS.CAPR, (1508 * (n + 1) - 16) & 0xffff);
      }
      const last = aFrame(1500, 9);
      chip.arrive(last);
      const start = 5 * 1508 + 4;
      const room = wrap ? 1500 : 8192 - start;
      expect(bytesAt(chip, AT.rxBuffer + start, room)).to.deep.equal(last.slice(0, room));
      expect(bytesAt(chip, AT.rxBuffer, 1500 - room)).to.deep.equal(last.slice(room));
      expect(chip.load(REGISTERS.CBR)).to.equal((6 * 1508) % 8192);
      const behind = bytesAt(chip, AT.rxBuffer + 8192, 2048).some((byte) => byte !== 0);
      expect(behind).to.equal(wrap);
    });
  }

  it("keeps frames back while less than the largest frame has room", () => {
    const chip = new AChip().inCMode();
    let count = 0;
    while (chip.arrive(aFrame(1000)) === "accepted") count++;
    expect(count).to.equal(7);
    expect(chip.load(REGISTERS.ISR)).to.equal(1);
    expect(chip.load(REGISTERS.MPC)).to.equal(0);
  });

  for (const overflowKeepsFrame of [true, false]) {
    const what = overflowKeepsFrame ? "stays with the host until CAPR is written" : "is lost";
    it(`a frame that finds no room ${what} when the overflow interrupt is enabled`, () => {
      const chip = new AChip({ overflowKeepsFrame }).inCMode();
      chip.store(REGISTERS.IMR, 0x10);
      for (let n = 0; n < 9; n++) chip.wire.arrive(aFrame(1000, n), n);
      expect(chip.load(REGISTERS.ISR)).to.equal(0x11);
      expect(chip.load(REGISTERS.MPC)).to.equal(1);
      chip.store(REGISTERS.ISR, 0x51);
      chip.store(REGISTERS.CAPR, 1008 - 16);
      expect(chip.load(REGISTERS.ISR) & 1).to.equal(overflowKeepsFrame ? 1 : 0);
      expect(chip.load(REGISTERS.CBR)).to.equal(overflowKeepsFrame ? 9 * 1008 - 8192 : 8 * 1008);
    });
  }
});
