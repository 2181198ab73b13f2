// What one packet costs and does, as the recordings show it (recordings/device/vmxnet3, steady-tx64
// and steady-rx64), and what the recordings do not show. Checks drivers/net/vmxnet3/vmxnet3_drv.c.
import { expect } from "chai";
import { DEFAULT_IDENTITY } from "../../../../engine/guest/identity.ts";
import {
  QUEUE_DESC_BYTES,
  RX_QUEUE,
  TX_QUEUE,
} from "../../../../engine/devices/vmxnet3/shared-area.ts";
import { generatePackets } from "../../../../engine/packets/packet-generator.ts";
import { accesses, aNic } from "./a-nic.ts";

function generated(byteCount: number, direction: "tx" | "rx"): Uint8Array {
  const options = { count: 1, frameBytesWithoutFcs: byteCount, seed: 1, direction } as const;
  const [frame] = generatePackets(options);
  return frame as Uint8Array;
}

/** A received frame made longer than the generator makes them. */
function jumbo(byteCount: number): Uint8Array {
  const frame = Uint8Array.from({ length: byteCount }, (_, i) => i * 7);
  frame.set(generated(60, "rx").subarray(0, 12));
  frame.set([0x88, 0xb5], 12);
  return frame;
}

function tagged(id: number): Uint8Array {
  const frame = generated(60, "rx");
  const out = new Uint8Array(64);
  out.set(frame.subarray(0, 12));
  out.set([0x81, 0x00, id >> 8, id & 0xff], 12);
  out.set(frame.subarray(12), 16);
  return out;
}

describe("Vmxnet3 with its driver", () => {
  it("sends a large datagram by headers in the data ring and a second descriptor", () => {
    const { machine, send, sent } = aNic();
    const frame = generated(1442, "tx");
    send(frame);
    expect(sent).to.deep.equal([frame]);
    const lines = accesses(machine).filter((line) => !line.includes("tx_data_ring_head"));
    const buffer = lines[4]?.split(" ").at(-1);
    const dataRing = lines[1]?.split(" ").at(-1);
    expect(lines).to.deep.equal([
      "ringStore tx_ring+c/4 0",
      `ringStore tx_ring+0/8 ${dataRing}`,
      "ringStore tx_ring+8/4 2a",
      "ringLoad tx_ring+19/1 0",
      `ringStore tx_ring+10/8 ${buffer}`,
      "ringStore tx_ring+18/4 4578",
      "ringStore tx_ring+1c/4 0",
      "ringStore tx_ring+1c/4 3000",
      "ringLoad queue_desc+0/4 0",
      "ringLoad tx_ring+c/2 0",
      "ringStore tx_ring+c/2 822",
      "ringLoad tx_ring+a/2 0",
      "ringStore tx_ring+a/2 a0",
      "ringLoad queue_desc+0/4 0",
      "ringStore queue_desc+0/4 1",
      "ringLoad tx_ring+8/4 a0002a",
      "ringStore tx_ring+8/4 a0402a",
      "ringLoad queue_desc+4/4 1",
      "ringStore queue_desc+0/4 0",
      "mmioWrite vmxnet3-b0+600/4 2",
      "msix vec0",
      "interruptTaken vec0",
      "lapicEoi vec0",
      "ringLoad tx_comp_ring+f/1 80",
      "ringLoad tx_comp_ring+0/2 1",
      "ringLoad tx_ring+1d/1 30",
      "ringLoad tx_comp_ring+1f/1 0",
      "ringLoad rx_comp_ring+f/1 0",
      "mmioWrite vmxnet3-b0+0/4 0",
    ]);
  });

  it("rings once, is interrupted once and unmasks once for each packet sent", () => {
    const { send, sent, count } = aNic();
    const frames = [60, 100, 128, 129, 594, 1514].map((byteCount) => generated(byteCount, "tx"));
    for (const frame of frames) send(frame);
    expect(sent).to.deep.equal(frames);
    expect(count("mmioWrite")).to.equal(2 * frames.length);
    expect(count("mmioRead")).to.equal(0);
    expect(count("interruptTaken")).to.equal(frames.length);
  });

  it("needs one register write for each packet received alone", () => {
    const { arrive, received, count } = aNic();
    const frames = [60, 100, 594, 1514].map((byteCount) => generated(byteCount, "rx"));
    for (const frame of frames) arrive(frame);
    expect(received).to.deep.equal(frames);
    expect(count("mmioWrite")).to.equal(frames.length);
    expect(count("interruptTaken")).to.equal(frames.length);
  });

  it("puts what does not fit the head into pages of ring 1", () => {
    const { nic, arrive, received } = aNic();
    const frames = [1522, 1523, 5618, 5619, 9014].map(jumbo);
    for (const frame of frames) arrive(frame);
    expect(received).to.deep.equal(frames);
    expect(nic.device.rxQueues[0]?.rings[0].next).to.equal(5);
    expect(nic.device.rxQueues[0]?.rings[1].next).to.equal(0 + 1 + 1 + 2 + 2);
  });

  it("sends frames as they are when their checksum is not the stack's", () => {
    const { send, sent } = aNic();
    const frame = generated(200, "tx");
    frame[40] = (frame[40] as number) ^ 0x55;
    send(frame);
    expect(sent).to.deep.equal([frame]);
  });

  it("takes a burst of frames with one interrupt while its vector is masked", () => {
    const { machine, nic, received, count } = aNic();
    const frame = generated(60, "rx");
    machine.kernel.disableInterrupts();
    for (let i = 0; i < 10; i++) nic.wire.arrive(frame, i);
    expect(count("msix")).to.equal(1);
    machine.kernel.enableInterrupts();
    expect(received).to.have.lengthOf(10);
    // One for the first frame, one out of the write that unmasks, for the nine behind it.
    expect(count("msix")).to.equal(2);
  });

  it("defers its doorbell until as many packets wait as the device asks for", () => {
    const { machine, nic, send, sent, count } = aNic();
    const { base } = nic.driver.memory.transmit.queueDesc;
    machine.memory.view.setUint32(base + TX_QUEUE.txThreshold, 4, true);
    const counts = Array.from({ length: 9 }, () => {
      send(generated(60, "tx"));
      return sent.length;
    });
    expect(counts).to.deep.equal([0, 0, 0, 4, 4, 4, 4, 8, 8]);
    expect(count("msix")).to.equal(4);
    expect(machine.memory.view.getUint32(base + TX_QUEUE.txNumDeferred, true)).to.equal(1);
  });

  it("rings less for a backend that polls, which sends everything all the same", () => {
    const frames = Array.from({ length: 100 }, (_, i) => generated(60 + i, "tx"));
    const doorbells = [1, 8].map((txThreshold) => {
      const { machine, send, sent } = aNic({ txThreshold });
      for (const frame of frames) send(frame);
      machine.run();
      expect(sent).to.deep.equal(frames);
      return accesses(machine).filter((line) => line.startsWith("mmioWrite vmxnet3-b0+600")).length;
    });
    // The first one wakes the backend, then every eighth; the last three are found by polling.
    expect(doorbells).to.deep.equal([100, 13]);
  });

  it("is told to ring for each packet again once its backend rests", () => {
    const { machine, nic, send, sent } = aNic({ txThreshold: 8 });
    const at = nic.driver.memory.transmit.queueDesc.base + TX_QUEUE.txThreshold;
    const threshold = (): number => machine.memory.view.getUint32(at, true);
    expect(threshold()).to.equal(1);
    send(generated(60, "tx"));
    expect(threshold()).to.equal(8);
    send(generated(61, "tx"));
    expect(sent).to.have.lengthOf(1);
    machine.run();
    expect(sent).to.have.lengthOf(2);
    expect(threshold()).to.equal(1);
  });

  it("tells its receive producer index every 16 descriptors, if the device wants it", () => {
    const { machine, nic, arrive } = aNic();
    const { base } = nic.driver.memory.receive.queueDesc;
    machine.memory.view.setUint8(base + QUEUE_DESC_BYTES + RX_QUEUE.updateRxProd, 1);
    for (let i = 0; i < 36; i++) arrive(generated(60, "rx"));
    const told = accesses(machine).filter((line) => line.includes("vmxnet3-b0+8"));
    // The second completion hands entry 1023 back, and the index wraps.
    expect(told).to.deep.equal([
      "mmioWrite vmxnet3-b0+800/4 0",
      "mmioWrite vmxnet3-b0+800/4 10",
      "mmioWrite vmxnet3-b0+800/4 20",
    ]);
  });

  it("stops its queue when the ring is full and goes on when completions are seen", () => {
    const { machine, nic, send, sent } = aNic({ txRingSize: 32 });
    const frames = Array.from({ length: 40 }, (_, i) => generated(60 + i, "tx"));
    machine.kernel.disableInterrupts();
    for (const frame of frames) send(frame);
    expect(nic.netDevice.stopped).to.equal(true);
    expect(sent).to.have.lengthOf(30);
    machine.kernel.enableInterrupts();
    expect(nic.netDevice.stopped).to.equal(false);
    expect(sent).to.deep.equal(frames);
  });

  it("drops frames beyond its receive buffers and goes on behind them", () => {
    const { machine, nic, received, count, arrive } = aNic({ rxRingSize: 32, rxRing2Size: 32 });
    const frames = Array.from({ length: 40 }, (_, i) => generated(60 + i, "rx"));
    machine.kernel.disableInterrupts();
    frames.forEach((frame, i) => nic.wire.arrive(frame, i));
    expect(count("frameDropped")).to.equal(9);
    machine.kernel.enableInterrupts();
    arrive(frames[39] as Uint8Array);
    expect(received).to.deep.equal([...frames.slice(0, 31), frames[39]]);
  });

  it("lets in tagged frames of the guest's VLANs, to the byte, and no others", () => {
    const { arrive, received } = aNic({}, { ...DEFAULT_IDENTITY, vlanIds: [7, 100] });
    for (const id of [7, 8, 100]) arrive(tagged(id));
    expect(received).to.deep.equal([tagged(7), tagged(100)]);
  });

  it("lets in everything for a guest with several unicast addresses", () => {
    const secondaryMacs = [Uint8Array.of(0x52, 0x54, 0, 0, 0, 9)];
    const { arrive, received } = aNic({}, { ...DEFAULT_IDENTITY, secondaryMacs });
    const frame = generated(60, "rx");
    frame[5] = 0x99;
    arrive(frame);
    expect(received).to.deep.equal([frame]);
  });

  it("follows the link: its queue stops and starts, by vector 1", () => {
    const { machine, nic } = aNic();
    nic.device.setLink(false);
    machine.run();
    expect(nic.netDevice.stopped).to.equal(true);
    nic.device.setLink(true);
    machine.run();
    expect(nic.netDevice.stopped).to.equal(false);
    expect(accesses(machine).filter((line) => line.startsWith("msix"))).to.deep.equal([
      "msix vec1",
      "msix vec1",
    ]);
  });

  it("works by its interrupt line, which reading ICR takes back", () => {
    const { machine, send, arrive, sent, received, count } = aNic({ interrupts: "intx" });
    send(generated(60, "tx"));
    arrive(generated(90, "rx"));
    expect(sent).to.have.lengthOf(1);
    expect(received).to.have.lengthOf(1);
    expect(count("intxAssert")).to.equal(2);
    expect(count("intxDeassert")).to.equal(2);
    const registers = accesses(machine).filter((line) => line.startsWith("mmio"));
    expect(registers).to.deep.equal([
      "mmioWrite vmxnet3-b0+600/4 1",
      "mmioRead vmxnet3-b1+38/4 1",
      "mmioWrite vmxnet3-b0+0/4 0",
      "mmioRead vmxnet3-b1+38/4 1",
      "mmioWrite vmxnet3-b0+0/4 0",
    ]);
  });

  it("works again after it was taken down and brought up", () => {
    const { machine, nic, send, arrive, sent, received } = aNic();
    send(generated(60, "tx"));
    machine.kernel.runProcess(() => nic.driver.stop());
    expect(nic.device.active).to.equal(false);
    machine.kernel.runProcess(() => nic.driver.open());
    send(generated(70, "tx"));
    arrive(generated(80, "rx"));
    expect(sent.map(({ length }) => length)).to.deep.equal([60, 70]);
    expect(received.map(({ length }) => length)).to.deep.equal([80]);
  });
});
