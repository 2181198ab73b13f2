import { expect } from "chai";
import { DirectPath } from "../../../engine/host/direct-path.ts";
import { RECEIVED, Wire, type Received } from "../../../engine/host/wire.ts";
import { Tap } from "../../../engine/host/tap.ts";
import { aMachine, rowsOf, stepsOf } from "../a-machine.ts";

/** A wire whose device answers what `answer` says and keeps what it was given. */
function aWire() {
  const machine = aMachine();
  const wire = new Wire(machine);
  const given: { bytes: number[]; packet: number }[] = [];
  const state: { answer: Received } = { answer: RECEIVED.accepted };
  wire.attach({
    receiveFrame(hostAddress, byteCount) {
      if (state.answer === RECEIVED.later) return state.answer;
      const bytes = machine.memory.bytes.slice(hostAddress, hostAddress + byteCount);
      given.push({ bytes: [...bytes], packet: machine.trace.packet });
      return state.answer;
    },
  });
  return { machine, wire, given, state };
}

const frame = (byte: number) => new Uint8Array(60).fill(byte);

describe("Wire", () => {
  it("gives an arriving frame to the device to the byte, under its packet and row", () => {
    const { machine, wire, given } = aWire();
    wire.arrive(frame(3), 5);
    expect(given).to.deep.equal([{ bytes: Array(60).fill(3), packet: 5 }]);
    expect(rowsOf(machine.trace.finish())).to.deep.equal(["wireReceive wire bytes=60 frame=0"]);
  });

  it("lets listeners hear of frames in both directions", () => {
    const { machine, wire } = aWire();
    const heard: string[] = [];
    wire.onArrive = (bytes, packet) => heard.push(`in ${bytes.length} ${packet}`);
    wire.onTransmit = (address, byteCount, packet) =>
      heard.push(`out ${machine.memory.bytes[address]} ${byteCount} ${packet}`);
    wire.arrive(frame(1), 2);
    const slot = machine.memory.allocateHost(64);
    machine.memory.bytes[slot] = 9;
    machine.trace.packet = 4;
    wire.transmit(slot, 60);
    expect(heard).to.deep.equal(["in 60 2", "out 9 60 4"]);
  });

  it("keeps frames for a device that cannot take them, and offers them in order", () => {
    const { wire, given, state } = aWire();
    state.answer = RECEIVED.later;
    for (const packet of [0, 1, 2]) wire.arrive(frame(packet), packet);
    wire.offerBacklog();
    expect(given).to.deep.equal([]);
    state.answer = RECEIVED.accepted;
    wire.arrive(frame(3), 3);
    expect(given).to.deep.equal([]);
    wire.offerBacklog();
    expect(given.map(({ packet }) => packet)).to.deep.equal([0, 1, 2, 3]);
  });

  it("keeps 10,000 frames and drops what follows with a cause", () => {
    const { machine, wire, state } = aWire();
    state.answer = RECEIVED.later;
    for (let packet = 0; packet < 10_002; packet++) wire.arrive(frame(0), packet);
    const drops = rowsOf(machine.trace.finish()).filter((row) => row.startsWith("frameDropped"));
    expect(drops).to.deep.equal([
      "frameDropped host queue full bytes=60 value=10000",
      "frameDropped host queue full bytes=60 value=10001",
    ]);
  });

  it("passes frames through the host's path: one copy each way for a TAP", () => {
    const { machine, wire } = aWire();
    wire.hostPath = new DirectPath(new Tap(machine));
    wire.arrive(frame(1), 0);
    wire.transmit(machine.memory.allocateHost(64), 60);
    const trace = machine.trace.finish();
    expect(stepsOf(trace)).to.deep.equal([
      "wireReceive wire",
      "copy read from TAP: host kernel to user",
      "copy write to TAP: user to host kernel",
      "wireTransmit wire",
    ]);
    expect([...trace.parent]).to.deep.equal([-1, 0, -1, -1]);
  });

  it("refuses a frame larger than any wire carries", () => {
    const { wire } = aWire();
    expect(() => wire.arrive(new Uint8Array(16_385), 0)).to.throw("a frame of 16385 bytes");
  });
});
