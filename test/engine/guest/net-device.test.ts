// net/core/dev.c (__dev_queue_xmit), net/sched/sch_generic.c (__qdisc_run, try_bulk_dequeue_skb).
import { expect } from "chai";
import fc from "fast-check";
import { NetDevice, type NetDriver } from "../../../engine/guest/net-device.ts";
import type { Skb } from "../../../engine/guest/skb.ts";
import { aMachine, rowsOf } from "../a-machine.ts";

const SEED = 20_271;

/** A driver with room for `room` frames; `complete` takes them off its hands. */
function aNetDevice(room = Infinity) {
  const machine = aMachine();
  const netDevice = new NetDevice(machine);
  const sent: { packet: number; more: boolean; bytes: number[] }[] = [];
  const held: Skb[] = [];
  const state = { busy: false };
  const nothing = () => {};
  const driver: NetDriver = {
    probe: nothing,
    open: nothing,
    stop: nothing,
    remove: nothing,
    startXmit(skb, more) {
      if (state.busy) return false;
      const bytes = machine.memory.bytes.slice(skb.dataAddress, skb.dataAddress + skb.byteCount);
      sent.push({ packet: skb.packet, more, bytes: [...bytes] });
      held.push(skb);
      if (held.length >= room) netDevice.stopQueue();
      return true;
    },
  };
  netDevice.attach(driver);
  const send = (packet: number, byteCount = 60) =>
    machine.kernel.runProcess(() => netDevice.send(new Uint8Array(byteCount).fill(packet), packet));
  const complete = () =>
    machine.kernel.runProcess(() => {
      for (const skb of held.splice(0)) netDevice.skbs.give(skb);
      netDevice.wakeQueue();
    });
  return { machine, netDevice, sent, held, send, complete, state };
}

describe("NetDevice", () => {
  it("hands a frame to the driver to the byte, in the span of its packet", () => {
    const { machine, send, sent } = aNetDevice();
    send(7);
    expect(sent).to.deep.equal([{ packet: 7, more: false, bytes: Array(60).fill(7) }]);
    const trace = machine.trace.finish();
    expect(rowsOf(trace)[0]).to.match(/^copy sendto: user to socket buffer bytes=60 /);
    expect(trace.packet[0]).to.equal(7);
    expect(machine.trace.packet).to.equal(-1);
  });

  it("keeps frames while the queue is stopped and sends them in order when it wakes", () => {
    const { send, sent, complete, netDevice } = aNetDevice(2);
    for (let packet = 0; packet < 5; packet++) send(packet);
    expect(sent.map(({ packet }) => packet)).to.deep.equal([0, 1]);
    expect(netDevice.stopped).to.equal(true);
    complete();
    expect(sent.map(({ packet }) => packet)).to.deep.equal([0, 1, 2, 3]);
    complete();
    expect(sent.map(({ packet }) => packet)).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("wakes nothing when the queue was not stopped", () => {
    const { netDevice, sent } = aNetDevice();
    netDevice.wakeQueue();
    expect(sent).to.deep.equal([]);
  });

  it("drops what does not fit a queue of 1,000, with the cause", () => {
    const { machine, netDevice, send, sent, complete } = aNetDevice(1);
    for (let packet = 0; packet < 1004; packet++) send(packet);
    // One is with the driver, one was turned back, a thousand wait.
    expect([netDevice.sentCount, netDevice.droppedCount]).to.deep.equal([1004, 2]);
    const drops = rowsOf(machine.trace.finish()).filter((row) => row.startsWith("frameDropped"));
    expect(drops).to.deep.equal(Array(2).fill("frameDropped transmit queue full bytes=60 value=0"));
    for (let turn = 0; turn < 1001; turn++) complete();
    expect(sent.map(({ packet }) => packet)).to.deep.equal([...Array(1002).keys()]);
  });

  it("sends a frame that was turned back alone, then bulks as byte queue limits allow", () => {
    const { netDevice, send, sent, complete } = aNetDevice(4);
    netDevice.bulkBytes = () => 150;
    for (let packet = 0; packet < 9; packet++) send(packet);
    sent.length = 0;
    complete();
    const told = () => sent.map(({ packet, more }) => `${packet}${more ? "+" : ""}`);
    expect(told()).to.deep.equal(["4", "5+", "6+", "7"]);
    complete();
    expect(told().slice(4)).to.deep.equal(["8"]);
  });

  it("turns the rest of a bulk back when the queue stops in it", () => {
    const { netDevice, send, sent, complete } = aNetDevice(2);
    netDevice.bulkBytes = () => 150;
    for (let packet = 0; packet < 6; packet++) send(packet);
    sent.length = 0;
    for (let turn = 0; turn < 3; turn++) complete();
    expect(sent.map(({ packet, more }) => `${packet}${more ? "+" : ""}`)).to.deep.equal([
      "2",
      "3+",
      "4",
      "5",
    ]);
  });

  it("keeps a frame that the driver refuses and sends it first later", () => {
    const { netDevice, send, sent, state } = aNetDevice();
    state.busy = true;
    netDevice.stopQueue();
    send(0);
    netDevice.startQueue();
    send(1);
    expect(sent).to.deep.equal([]);
    state.busy = false;
    send(2);
    expect(sent.map(({ packet }) => packet)).to.deep.equal([0, 1, 2]);
  });

  it("gives a received frame to the listener with its packet", () => {
    const { machine, netDevice } = aNetDevice();
    const heard: number[][] = [];
    netDevice.onReceive = (address, byteCount, packet) => heard.push([address, byteCount, packet]);
    machine.packets.set(0x2000, 4);
    netDevice.receive(0x2000, 80);
    expect(heard).to.deep.equal([[0x2000, 80, 4]]);
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      "copy recvfrom: socket buffer to user bytes=80 address=8192",
      "deliver socket bytes=80 address=8192",
    ]);
  });

  it("puts a VLAN tag back that the device took out, before anyone sees the frame", () => {
    const { machine, netDevice } = aNetDevice();
    const seen: number[] = [];
    netDevice.onReceive = (address, byteCount) => {
      seen.push(...machine.memory.bytes.subarray(address, address + byteCount));
    };
    const frame = Array.from({ length: 60 }, (_, at) => at);
    machine.memory.bytes.set(frame, 0x2000);
    netDevice.receive(0x2000, 60, 0x6005);
    expect(seen).to.deep.equal([...frame.slice(0, 12), 0x81, 0, 0x60, 0x05, ...frame.slice(12)]);
  });

  it("that is the host's own delivers nothing to the guest", () => {
    const { machine, netDevice } = aNetDevice();
    netDevice.hostStack = true;
    netDevice.onReceive = () => expect.fail("the guest hears of it");
    netDevice.receive(0x2000, 60);
    expect(netDevice.receivedCount).to.equal(0);
    expect(rowsOf(machine.trace.finish())).to.deep.equal([
      "mark the host's own stack has a frame value=60 detail=8192",
    ]);
  });

  it(`sends every frame once and in order, whatever the driver's room, seed ${SEED}`, () => {
    const action = fc.oneof(fc.constant("complete" as const), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(action),
        fc.nat(400),
        (room, actions, bulk) => {
          const device = aNetDevice(room);
          device.netDevice.bulkBytes = () => bulk;
          let count = 0;
          for (const step of actions) {
            if (step === "complete") device.complete();
            else for (let i = 0; i < step; i++) device.send(count++);
          }
          for (let turn = 0; turn <= count; turn++) device.complete();
          expect(device.sent.map(({ packet }) => packet)).to.deep.equal([...Array(count).keys()]);
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });
});

describe("SkbPool", () => {
  it("refuses a frame that does not fit a buffer", () => {
    const { netDevice } = aNetDevice();
    expect(() => netDevice.skbs.take(1983, 0)).to.throw(
      "a frame of 1983 bytes fits into one buffer",
    );
    expect(netDevice.skbs.take(1982, 0).byteCount).to.equal(1982);
  });
});
