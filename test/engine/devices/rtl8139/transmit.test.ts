// RealTek RTL8139C+ datasheet 1.6, 9.1.1 and 9.2.1 Transmit. Does not cover collisions and underruns.
import { expect } from "chai";
import { REGISTERS } from "../../../../engine/devices/rtl8139/registers.ts";
import { internetChecksum, pseudoHeaderSum } from "../../../../engine/packets/checksum.ts";
import { AChip, AT, aFrame, bytesAt } from "./a-chip.ts";

const OWN = 0x80000000;
const EOR = 0x40000000;
const WHOLE = 0x30000000;
const POLL = 0x40;

/** An IPv4 frame with a UDP (17) or TCP (6) header of 8 or 20 bytes and a payload. */
function anIpFrame(protocol: number, payloadBytes: number): Uint8Array {
  const headerBytes = protocol === 6 ? 20 : 8;
  const frame = aFrame(34 + headerBytes + payloadBytes);
  const view = new DataView(frame.buffer);
  view.setUint16(12, 0x0800);
  frame.set([0x45, 0, 0, 0, 0x12, 0x34, 0, 0, 64, protocol, 0, 0, 10, 9, 0, 2, 10, 9, 0, 1], 14);
  view.setUint16(16, frame.length - 14);
  if (protocol === 6) {
    view.setUint32(38, 1000);
    view.setUint8(46, 0x50);
    view.setUint8(47, 0x19);
  } else view.setUint16(38, 8 + payloadBytes);
  return frame;
}

/** Whether both checksums of an IPv4 frame are right. */
function checksumsHold(frame: Uint8Array): boolean {
  const length = ((frame[16] as number) << 8) | (frame[17] as number);
  const pseudo = pseudoHeaderSum(frame, 26, 8, frame[23] as number, length - 20);
  return (
    internetChecksum(frame, 14, 34) === 0 && internetChecksum(frame, 34, 14 + length, pseudo) === 0
  );
}

describe("Rtl8139 transmit slots", () => {
  it("send inside the write to TSD and report OWN and TOK", () => {
    const chip = new AChip().inCMode();
    const frame = aFrame(106);
    chip.memory.set(frame, AT.buffer);
    chip.store(REGISTERS.TSAD0, AT.buffer);
    chip.store(REGISTERS.TSD0, 0x0008006a);
    expect(chip.sent).to.deep.equal([frame]);
    expect(chip.load(REGISTERS.TSD0)).to.equal(0x0008a06a);
    expect(chip.load(REGISTERS.ISR)).to.equal(4);
    expect(chip.load(REGISTERS.TSAD)).to.equal(0x100f);
  });

  it("take their turns 0, 1, 2, 3, 0", () => {
    const chip = new AChip().inCMode();
    for (let n = 0; n < 9; n++) {
      const at = AT.buffer + 2048 * (n % 4);
      chip.memory.set(aFrame(60 + n, n), at);
      chip.store(REGISTERS.TSAD0, at, n % 4);
      chip.store(REGISTERS.TSD0, 60 + n, n % 4);
    }
    expect(chip.sent.map((frame) => frame.length)).to.deep.equal([
      60, 61, 62, 63, 64, 65, 66, 67, 68,
    ]);
  });

  it("send nothing for size 0 and still report it", () => {
    const chip = new AChip().inCMode();
    chip.store(REGISTERS.TSD0, 0);
    expect(chip.sent).to.deep.equal([]);
    expect(chip.load(REGISTERS.TSD0)).to.equal(0xa000);
  });

  it("come round to the receiver in loopback mode", () => {
    const chip = new AChip().inCMode();
    const frame = aFrame(64, 7);
    chip.store(REGISTERS.TCR, 0x00060000);
    chip.memory.set(frame, AT.buffer);
    chip.store(REGISTERS.TSAD0, AT.buffer);
    chip.store(REGISTERS.TSD0, frame.length);
    expect(chip.sent).to.deep.equal([]);
    expect(bytesAt(chip, AT.rxBuffer + 4, 64)).to.deep.equal(frame);
    expect(chip.load(REGISTERS.ISR)).to.equal(5);
  });
});

describe("Rtl8139 transmit ring", () => {
  it("sends every descriptor the driver gave, then stops at the driver's", () => {
    const chip = new AChip().inCPlusMode();
    for (let n = 0; n < 3; n++) {
      chip.memory.set(aFrame(60 + n, n), AT.buffer + 2048 * n);
      chip.describe(AT.txRing, n, OWN + WHOLE + 60 + n, AT.buffer + 2048 * n);
    }
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([aFrame(60, 0), aFrame(61, 1), aFrame(62, 2)]);
    expect(chip.opts1(AT.txRing, 2)).to.equal(WHOLE + 62);
    expect(chip.device.chip.transmitRing.index).to.equal(3);
    expect(chip.load(REGISTERS.ISR)).to.equal(4);
  });

  it("gathers a frame from its segments", () => {
    const chip = new AChip().inCPlusMode();
    const frame = aFrame(200);
    chip.memory.set(frame.subarray(0, 14), AT.buffer);
    chip.memory.set(frame.subarray(14, 100), AT.buffer + 4096);
    chip.memory.set(frame.subarray(100), AT.buffer + 8192);
    chip.describe(AT.txRing, 0, OWN + 0x20000000 + 14, AT.buffer);
    chip.describe(AT.txRing, 1, OWN + 86, AT.buffer + 4096);
    chip.describe(AT.txRing, 2, OWN + 0x10000000 + 100, AT.buffer + 8192);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([frame]);
  });

  it("begins anew behind the end of the ring", () => {
    const chip = new AChip().inCPlusMode();
    for (let turn = 0; turn < 5; turn++) {
      const index = turn % 2;
      chip.describe(AT.txRing, index, OWN + (index === 1 ? EOR : 0) + WHOLE + 60, AT.buffer);
      chip.store(REGISTERS.TPPoll, POLL);
    }
    expect(chip.sent.length).to.equal(5);
    expect(chip.device.chip.transmitRing.index).to.equal(1);
  });

  it("inserts the VLAN tag of the descriptor behind the addresses", () => {
    const chip = new AChip().inCPlusMode();
    const frame = aFrame(60);
    chip.memory.set(frame, AT.buffer);
    chip.describe(AT.txRing, 0, OWN + WHOLE + 60, AT.buffer, 0x00020000 | 0x6400);
    chip.store(REGISTERS.TPPoll, POLL);
    const [sent] = chip.sent;
    expect(sent?.length).to.equal(64);
    expect(Array.from(sent?.subarray(0, 18) ?? [])).to.deep.equal([
      ...frame.slice(0, 12),
      0x81,
      0,
      0,
      0x64,
      0x88,
      0xb5,
    ]);
  });

  for (const [name, protocol, bits] of [
    ["UDP", 17, 0x00060000],
    ["TCP", 6, 0x00050000],
  ] as const) {
    it(`inserts the checksums of IPv4 and ${name}`, () => {
      const chip = new AChip().inCPlusMode();
      const frame = anIpFrame(protocol, 33);
      chip.memory.set(frame, AT.buffer);
      chip.describe(AT.txRing, 0, OWN + WHOLE + bits + frame.length, AT.buffer);
      chip.store(REGISTERS.TPPoll, POLL);
      expect(checksumsHold(chip.sent[0] as Uint8Array)).to.equal(true);
    });
  }

  it("leaves a frame alone that is not what its descriptor says", () => {
    const chip = new AChip().inCPlusMode();
    const frame = aFrame(60);
    chip.memory.set(frame, AT.buffer);
    chip.describe(AT.txRing, 0, OWN + WHOLE + 0x00070000 + 60, AT.buffer);
    chip.store(REGISTERS.TPPoll, POLL);
    expect(chip.sent).to.deep.equal([frame]);
  });

  for (const [segmentsLosePushAndFin, flags] of [
    [true, [0x10, 0x10, 0x10]],
    [false, [0x10, 0x10, 0x19]],
  ] as const) {
    const kept = segmentsLosePushAndFin ? "without" : "with";
    it(`cuts a TCP segment into frames, the last one ${kept} PSH and FIN`, () => {
      const chip = new AChip({ segmentsLosePushAndFin }).inCPlusMode();
      const frame = anIpFrame(6, 250);
      chip.memory.set(frame, AT.buffer);
      const large = OWN + WHOLE + 0x08000000 + 100 * 65536;
      chip.describe(AT.txRing, 0, large + frame.length, AT.buffer);
      chip.store(REGISTERS.TPPoll, POLL);
      const views = chip.sent.map((sent) => new DataView(sent.buffer));
      expect(chip.sent.map((sent) => sent.length)).to.deep.equal([154, 154, 104]);
      expect(chip.sent.map(checksumsHold)).to.deep.equal([true, true, true]);
      expect(views.map((view) => view.getUint32(38))).to.deep.equal([1000, 1100, 1200]);
      expect(views.map((view) => view.getUint16(18))).to.deep.equal([0x1234, 0x1235, 0x1236]);
      expect(views.map((view) => view.getUint8(47))).to.deep.equal(flags);
      const payload = chip.sent.flatMap((sent) => [...sent.subarray(54)]);
      expect(payload).to.deep.equal([...frame.subarray(54)]);
    });
  }
});
