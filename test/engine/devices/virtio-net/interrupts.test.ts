// How the device reaches the CPU: one vector for each queue, one for all, or INTx with the ISR.
import { expect } from "chai";
import { KIND } from "../../../../engine/trace/schema.ts";
import { aNic, numbered, PEER } from "./a-nic.ts";
import { BUFFER, RawGuest, RX, TX } from "./raw-guest.ts";

const NOTIFY = "virtio_notify";

describe("Virtio-net interrupts", () => {
  it("sends a message for each frame that comes to an idle guest, and reads no ISR", () => {
    const { arrive, count, machine } = aNic();
    // The first interrupt still moves the vector to its CPU, which reads the table.
    arrive(numbered(0, 60));
    machine.trace.clear();
    for (let i = 0; i < 5; i++) arrive(numbered(i, 60));
    expect(count(KIND.msix)).to.equal(5);
    expect(count(KIND.mmioRead)).to.equal(0);
  });

  it("reads the ISR once for each assertion of INTx", () => {
    const { arrive, count } = aNic({ vectors: 0 });
    for (let i = 0; i < 5; i++) arrive(numbered(i, 60));
    expect(count(KIND.msix)).to.equal(0);
    expect(count(KIND.mmioRead)).to.equal(5);
    expect(count(KIND.interruptTaken)).to.equal(5);
  });

  it("reads the ISR from a port when it is legacy", () => {
    const { arrive, count } = aNic({ vectors: 0, interface: "legacy" });
    for (let i = 0; i < 5; i++) arrive(numbered(i, 60));
    expect(count(KIND.pioRead)).to.equal(5);
  });

  it("serves both queues with one vector when there are two", () => {
    const { arrive, send, machine, sent, received } = aNic({ vectors: 2 });
    for (let i = 0; i < 5; i++) {
      send(numbered(i, 60, PEER));
      arrive(numbered(i, 60));
    }
    machine.run();
    expect([sent.length, received.length]).to.deep.equal([5, 5]);
  });

  it("leaves a driver alone that does not clean in NAPI, once it has said so", () => {
    const { send, machine, count, sent } = aNic({ napiTx: false });
    send(numbered(0, 60, PEER));
    machine.run();
    machine.trace.clear();
    for (let i = 0; i < 100; i++) {
      send(numbered(i, 60, PEER));
      machine.run();
    }
    expect(sent).to.have.lengthOf(101);
    expect(count(KIND.deviceStep, NOTIFY)).to.equal(0);
  });

  it("hears of the link, and closes its queue while it is down", () => {
    const { nic, machine, send, sent, count } = aNic();
    nic.device.setLink(false);
    machine.run();
    expect(nic.driver.carrier).to.equal(false);
    expect(count(KIND.msix)).to.equal(1);
    send(numbered(0, 60, PEER));
    machine.run();
    expect(sent).to.have.lengthOf(0);
    nic.device.setLink(true);
    machine.run();
    expect(nic.driver.carrier).to.equal(true);
    expect(sent).to.have.lengthOf(1);
  });

  it("keeps bit 0 of the ISR for queues and bit 1 for the configuration", () => {
    const guest = new RawGuest({ vectors: 0 }).start(["VERSION_1"]);
    guest.offer(RX, [{ byteCount: 1536, flags: 2 }]);
    guest.arrive(numbered(1, 60));
    expect(guest.modern.isr.read(0, 1)).to.equal(1);
    guest.device.setLink(false);
    expect(guest.modern.isr.read(0, 1)).to.equal(3);
    expect(guest.modern.isr.read(0, 1)).to.equal(0);
  });

  it("does not interrupt who asked it not to, without event index", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + 12);
    guest.view.setUint16(guest.area(TX) + 0x400, 1, true);
    guest.offer(TX, [{ byteCount: 72 }]);
    guest.kick(TX);
    expect([guest.usedIndex(TX), guest.modern.isr.read(0, 1)]).to.deep.equal([1, 0]);
    guest.view.setUint16(guest.area(TX) + 0x400, 0, true);
    guest.offerHead(TX, 0);
    guest.kick(TX);
    expect([guest.usedIndex(TX), guest.modern.isr.read(0, 1)]).to.deep.equal([2, 1]);
  });

  it("interrupts when a queue runs empty if a driver of old asked for that", () => {
    const guest = new RawGuest().start(["NOTIFY_ON_EMPTY"]);
    guest.view.setUint16(guest.area(TX) + 0x400, 1, true);
    guest.offer(TX, [{ byteCount: 72 }]);
    guest.kick(TX);
    expect(guest.modern.isr.read(0, 1)).to.equal(1);
  });
});
