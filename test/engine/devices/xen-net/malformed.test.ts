// How a guest can be wrong with grants, rings and events, and what Xen and netback make of it.
// Does not cover fragments over several slots and extra-info slots, which are not modelled.
import { expect } from "chai";
import { GTF, RING, RX_SLOT } from "../../../../engine/devices/xen-net/layout.ts";
import { AXenHost, aFrame } from "./a-xen-host.ts";

/** The transmit response that was written last: its id and its status. */
function lastResponse(host: AXenHost): { id: number; status: number } {
  const base = host.base("tx ring");
  const prod = host.view.getUint32(base + RING.rspProd, true);
  const slot = base + RING.slots + ((prod - 1) % 256) * 12;
  return { id: host.view.getUint16(slot, true), status: host.view.getInt16(slot + 2, true) };
}

describe("A transmit request that is wrong", () => {
  it("is sent when nothing is wrong with it", () => {
    const host = new AXenHost();
    host.grant(600, { frame: 5, flags: GTF.permitAccess | GTF.readonly });
    host.request({ gref: 600, size: 60 });
    expect(host.sent).to.deep.equal([60]);
    expect(lastResponse(host)).to.deep.equal({ id: 77, status: 0 });
    // The guest's driver never sent it: its id is not in use.
    expect(host.errors()).to.deep.equal([
      "netfront is disabled: more transmit responses than requests",
    ]);
  });

  it("is answered with an error for a reference that grants nothing", () => {
    const host = new AXenHost();
    host.request({ gref: 600, size: 60 });
    expect(host.sent).to.deep.equal([]);
    expect(lastResponse(host)).to.deep.equal({ id: 77, status: -1 });
    expect(host.errors()[0]).to.equal("grant entry that permits nothing");
  });

  it("is answered with an error for a reference outside the table", () => {
    const host = new AXenHost();
    host.request({ gref: 1024, size: 60 });
    expect(host.sent).to.deep.equal([]);
    expect(host.errors()[0]).to.equal("grant reference outside the table");
  });

  it("is answered with an error for a page granted to another domain", () => {
    const host = new AXenHost();
    host.grant(600, { frame: 5, domid: 3 });
    host.request({ gref: 600, size: 60 });
    expect(host.sent).to.deep.equal([]);
    expect(host.errors()[0]).to.equal("grant entry for another domain");
  });

  it("is answered with an error for a frame that is not the guest's", () => {
    const host = new AXenHost();
    host.grant(600, { frame: 0x40000 });
    host.request({ gref: 600, size: 60 });
    expect(host.sent).to.deep.equal([]);
    expect(host.errors()[0]).to.equal("granted frame outside memory");
  });

  it("is answered with an error when it is shorter than an Ethernet header", () => {
    const host = new AXenHost();
    host.request({ gref: 600, size: 13 });
    expect(host.sent).to.deep.equal([]);
    expect(lastResponse(host)).to.deep.equal({ id: 77, status: -1 });
    expect(host.errors()[0]).to.equal("transmit request shorter than a header");
  });

  it("turns the vif off when it crosses a page", () => {
    const host = new AXenHost();
    host.grant(600, { frame: 5 });
    host.request({ gref: 600, offset: 4090, size: 60 });
    host.send(aFrame(60));
    expect(host.sent).to.deep.equal([]);
    expect(host.errors()).to.deep.equal(["the vif is disabled: transmit request across a page"]);
  });

  it("turns the vif off when the index runs further ahead than the ring is long", () => {
    const host = new AXenHost();
    host.inGuest(() => {
      host.view.setUint32(host.base("tx ring") + RING.reqProd, 257, true);
      host.nic.host.guest.notify(8);
    });
    expect(host.sent).to.deep.equal([]);
    expect(host.errors()).to.deep.equal(["the vif is disabled: more requests than slots"]);
  });
});

describe("A posted receive buffer that is wrong", () => {
  it("loses the frame when its page is granted for reading only, and the guest reposts it", () => {
    const host = new AXenHost();
    host.grant(264, { frame: 5, flags: GTF.permitAccess | GTF.readonly });
    host.arrive(aFrame(100), aFrame(101));
    expect(host.delivered).to.deep.equal([101]);
    expect(host.errors()).to.deep.equal(["write to a read-only grant"]);
  });

  it("loses the frame when its grant was ended, and the page stays as it was", () => {
    const host = new AXenHost();
    host.grant(264, { frame: 5, flags: 0 });
    host.machine.memory.bytes.fill(0xaa, 5 * 4096, 6 * 4096);
    host.arrive(aFrame(100));
    expect(host.delivered).to.deep.equal([]);
    expect(host.errors()).to.deep.equal(["grant entry that permits nothing"]);
    expect(
      host.machine.memory.bytes.subarray(5 * 4096, 6 * 4096).every((b) => b === 0xaa),
    ).to.equal(true);
  });

  it("loses the frame when the request names a reference outside the table", () => {
    const host = new AXenHost();
    host.view.setUint32(host.nextReceiveSlot() + RX_SLOT.gref, 0xffff_ffff, true);
    host.arrive(aFrame(100), aFrame(101));
    expect(host.delivered).to.deep.equal([101]);
    expect(host.errors()).to.deep.equal(["grant reference outside the table"]);
  });
});

describe("netfront with a back end that is wrong", () => {
  it("is disabled by more receive responses than it posted buffers", () => {
    const host = new AXenHost();
    host.view.setUint32(host.base("rx ring") + RING.rspProd, 1000, true);
    host.arrive(aFrame(100));
    expect(host.nic.driver.broken).to.equal(false);
    host.view.setUint32(host.base("rx ring") + RING.rspProd, 1000, true);
    const { channels, driverDomain } = host.nic.host;
    channels.send(driverDomain.events, 22);
    host.machine.run();
    expect(host.nic.driver.broken).to.equal(true);
    expect(host.errors()).to.deep.equal([
      "netfront is disabled: more receive responses than requests",
    ]);
  });

  it("is disabled when its page is still in use although the response is there", () => {
    const host = new AXenHost();
    const table = host.base("grant table");
    host.nic.wire.onTransmit = () => {
      // dom0 answers, but Xen's marks stay.
      const flags = host.view.getUint16(table + 8 * 8, true);
      host.view.setUint16(table + 8 * 8, flags | GTF.reading, true);
    };
    host.send(aFrame(60));
    expect(host.errors()).to.deep.equal([
      "netfront is disabled: grant still in use by the back end",
    ]);
    expect(host.view.getUint16(table + 8 * 8, true)).to.equal(
      GTF.permitAccess | GTF.readonly | GTF.reading,
    );
  });
});

describe("An event", () => {
  it("on a port that is not connected is the guest's error", () => {
    const host = new AXenHost();
    host.inGuest(() => host.nic.host.guest.notify(30));
    expect(host.errors()).to.deep.equal(["event sent on a port that is not connected"]);
  });
});
