// The drivers' register accesses as Linux 6.12 makes them on QEMU 10.0 (recorded). Does not cover
// probe and teardown in full: the recordings do, through verify.
import { expect } from "chai";
import { internetChecksum, pseudoHeaderSum } from "../../../../engine/packets/checksum.ts";
import { KIND } from "../../../../engine/trace/schema.ts";
import { aFrame } from "./a-chip.ts";
import { ANic, DRIVERS } from "./a-nic.ts";

/** The register accesses and what the line did, as short text. */
function story(nic: ANic): string[] {
  const trace = nic.machine.trace.finish();
  const window = nic.nic.device.registers;
  const lines: string[] = [];
  for (let row = 0; row < trace.length; row++) {
    const kind = trace.kind[row] as number;
    const offset = trace.a[row] as number;
    const value = `0x${(trace.b[row] as number).toString(16)}`;
    const name = window.nameOf?.(offset) ?? "";
    if (kind === KIND.mmioRead || kind === KIND.pioRead) lines.push(`R ${name} ${value}`);
    if (kind === KIND.mmioWrite || kind === KIND.pioWrite) lines.push(`W ${name} ${value}`);
    if (kind === KIND.intxAssert) lines.push("line up");
    if (kind === KIND.intxDeassert) lines.push("line down");
    if (kind === KIND.interruptTaken) lines.push("interrupt");
    if (kind === KIND.lapicEoi) lines.push("EOI");
  }
  return lines;
}

/** An IPv4 UDP frame with right checksums. */
function aDatagram(payloadBytes: number): Uint8Array {
  const frame = aFrame(42 + payloadBytes);
  const view = new DataView(frame.buffer);
  frame.set([8, 0, 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 10, 9, 0, 2, 10, 9, 0, 1], 12);
  view.setUint16(16, 28 + payloadBytes);
  view.setUint16(24, internetChecksum(frame, 14, 34));
  view.setUint16(38, 8 + payloadBytes);
  view.setUint16(40, 0);
  const pseudo = pseudoHeaderSum(frame, 26, 8, 17, 8 + payloadBytes);
  view.setUint16(40, internetChecksum(frame, 34, frame.length, pseudo));
  return frame;
}

describe("Driver8139cp", () => {
  it("sends with one doorbell and two accesses per interrupt behind IMR", () => {
    const nic = new ANic("8139cp").send(aFrame(106)).rest();
    expect(story(nic)).to.deep.equal([
      "W TPPoll 0x40",
      "line up",
      "interrupt",
      "R IMR 0x80ff",
      "R ISR 0x4",
      "W ISR 0x4",
      "line down",
      "EOI",
    ]);
  });

  it("receives with eight register accesses, whatever the number of frames", () => {
    const nic = new ANic("8139cp");
    for (let n = 0; n < 3; n++) nic.arriveIn(0, aFrame(106, n));
    expect(story(nic.rest())).to.deep.equal([
      "line up",
      "interrupt",
      "R IMR 0x80ff",
      "R ISR 0x1",
      "W ISR 0x0",
      "line down",
      "line up",
      "W IMR 0x80ac",
      "line down",
      "R IMR 0x80ac",
      "EOI",
      "W ISR 0x53",
      "W IMR 0x80ff",
      "R IMR 0x80ff",
    ]);
    expect(nic.received.length).to.equal(3);
  });

  it("acknowledges once more after each 16 frames", () => {
    const nic = new ANic("8139cp");
    for (let n = 0; n < 40; n++) nic.arriveIn(0, aFrame(60, n));
    const polls = story(nic.rest()).filter((line) => line === "W ISR 0x53");
    expect(polls.length).to.equal(3);
    expect(nic.received.length).to.equal(40);
  });

  it("leaves the checksums of a UDP datagram to the chip, which gets them right", () => {
    const nic = new ANic("8139cp").send(aDatagram(64)).rest();
    expect(nic.sent).to.deep.equal([aDatagram(64)]);
    const trace = nic.machine.trace.finish();
    const stores = [...trace.kind.keys()].filter((row) => trace.kind[row] === KIND.ringStore);
    expect(stores.map((row) => trace.a[row])).to.deep.equal([8, 4, 0]);
    expect(trace.b[stores[2] as number]).to.equal(0xb006006a);
  });

  it("stops the queue while the chip does not send, and goes on afterwards", () => {
    const nic = new ANic("8139cp");
    nic.nic.device.registers.write(0x37, 1, 0x08);
    for (let n = 0; n < 60; n++) nic.send(aFrame(60, n));
    expect(nic.nic.netDevice.stopped).to.equal(true);
    expect(nic.sent.length).to.equal(0);
    nic.nic.device.registers.write(0x37, 1, 0x0c);
    nic.nic.device.registers.write(0xd9, 1, 0x40);
    nic.machine.scheduler.attend();
    nic.rest();
    expect(nic.sent.map((frame) => frame[20])).to.deep.equal(
      Array.from({ length: 60 }, (_, n) => 20 + n),
    );
    expect(nic.nic.netDevice.stopped).to.equal(false);
  });
});

describe("Driver8139too", () => {
  it("sends with one write and one read of TSD, and one read in the interrupt", () => {
    const nic = new ANic("8139too").send(aFrame(106)).rest();
    expect(story(nic)).to.deep.equal([
      "W TSD0 0x8006a",
      "line up",
      "R TSD0 0x8a06a",
      "interrupt",
      "R ISR 0x4",
      "W ISR 0x4",
      "line down",
      "R TSD0 0x8a06a",
      "EOI",
    ]);
  });

  it("receives with three to five accesses per frame", () => {
    const nic = new ANic("8139too").arriveIn(0, aFrame(106)).rest();
    expect(story(nic)).to.deep.equal([
      "line up",
      "interrupt",
      "R ISR 0x1",
      "W IMR 0xc02e",
      "line down",
      "R IMR 0xc02e",
      "EOI",
      "R ISR 0x1",
      "R CR 0xc",
      "W CAPR 0x64",
      "R ISR 0x1",
      "W ISR 0x51",
      "R ISR 0x0",
      "R CR 0xd",
      "W IMR 0xc07f",
      "R IMR 0xc07f",
    ]);
  });

  it("pads short frames and drops what no slot holds", () => {
    const nic = new ANic("8139too").send(aFrame(20)).send(aFrame(1792)).send(aFrame(61)).rest();
    expect(nic.sent.map((frame) => frame.length)).to.deep.equal([60, 61]);
    expect(nic.sent[0]?.subarray(20)).to.deep.equal(new Uint8Array(40));
  });

  it("restarts the receiver when it is lost in the buffer", () => {
    const nic = new ANic("8139too").arriveIn(0, aFrame(60));
    const base = nic.machine.blocks.get("rx_buffer")?.base ?? 0;
    nic.nic.wire.onArrive = () => nic.machine.memory.view.setUint32(base, 0, true);
    nic.machine.scheduler.attend();
    nic.machine.memory.view.setUint32(base, 0, true);
    nic.rest().arriveIn(0, aFrame(60, 1)).rest();
    expect(nic.received.at(-1)).to.deep.equal(aFrame(60, 1));
  });

  it("leaves frames behind after 64, until the next one interrupts", () => {
    const nic = new ANic("8139too");
    for (let n = 0; n < 100; n++) nic.arriveIn(0, aFrame(242, n));
    nic.rest();
    expect(nic.received.length).to.equal(64);
    nic.arriveIn(0, aFrame(242, 100)).rest();
    expect(nic.received.length).to.equal(101);
  });

  it("works through the port BAR as well", () => {
    const nic = new ANic("8139too", { ports: true }).send(aFrame(60)).rest();
    const trace = nic.machine.trace.finish();
    expect(trace.kind.includes(KIND.pioWrite)).to.equal(true);
    expect(trace.kind.includes(KIND.mmioWrite)).to.equal(false);
    expect(nic.sent).to.deep.equal([aFrame(60)]);
  });
});

for (const driver of DRIVERS) {
  describe(`Either driver, here ${driver}`, () => {
    it("goes down and up again, and drops what comes in between", () => {
      const nic = new ANic(driver);
      for (let turn = 0; turn < 3; turn++) {
        nic.send(aFrame(60, turn)).arriveIn(0, aFrame(60, turn)).rest();
        nic.machine.kernel.runProcess(() => nic.nic.driver.stop());
        nic.arriveIn(0, aFrame(60, 99)).rest();
        nic.machine.kernel.runProcess(() => nic.nic.driver.open());
      }
      expect(nic.sent.map((frame) => frame[20])).to.deep.equal([20, 21, 22]);
      expect(nic.received.map((frame) => frame[20])).to.deep.equal([20, 21, 22]);
    });

    it("gives bus mastering back when it is removed", () => {
      const nic = new ANic(driver);
      nic.machine.kernel.runProcess(() => {
        nic.nic.driver.stop();
        nic.nic.driver.remove();
      });
      expect(nic.nic.device.config.get(4, 2)).to.equal(0x0103);
    });

    it("survives a link that goes and comes", () => {
      const nic = new ANic(driver);
      nic.nic.device.chip.setLink(false);
      nic.machine.scheduler.attend();
      nic.nic.device.chip.setLink(true);
      nic.machine.scheduler.attend();
      nic.send(aFrame(60)).rest();
      expect(nic.sent).to.deep.equal([aFrame(60)]);
    });
  });
}
