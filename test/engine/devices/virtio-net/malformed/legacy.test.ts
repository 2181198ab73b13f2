// How a guest can knock on the legacy interface wrongly, and what QEMU makes of it
// (hw/virtio/virtio-pci.c, virtio_ioport_read and _write, virtio_pci_config_read).
import { expect } from "chai";
import { RING_FAULT } from "../../../../../engine/devices/virtio/ring-fault.ts";
import { GUEST_BYTES, NUM, RawGuest, RX } from "../raw-guest.ts";

function aGuest(vectors = 4): RawGuest {
  return new RawGuest({ interface: "legacy", vectors });
}

describe("Virtio-net's legacy registers under a guest that is wrong", () => {
  it("answers loads of no register with ones and says so", () => {
    const guest = aGuest();
    expect(guest.legacy.read(0x01, 1)).to.equal(0xff);
    expect(guest.legacy.read(0x0a, 2)).to.equal(0xffff);
    expect(guest.errors).to.deep.equal(Array(2).fill("virtio-pci: no such legacy register"));
  });

  it("ignores stores to read-only registers and says so", () => {
    const guest = aGuest();
    guest.setLegacy("queue_num", 2);
    guest.setLegacy("host_features", 0);
    expect(guest.getLegacy("queue_num")).to.equal(NUM);
    expect(guest.errors).to.have.lengthOf(2);
  });

  it("moves its configuration by four bytes while MSI-X is enabled", () => {
    const guest = aGuest();
    expect(guest.legacy.read(0x14, 1)).to.equal(0x52);
    guest.pci.config.write(guest.pci.msixOffset + 2, 2, 0x8000);
    expect(guest.legacy.read(0x14, 2)).to.equal(0xffff);
    expect(guest.legacy.read(0x18, 1)).to.equal(0x52);
  });

  it("takes a guest that accepts bit 30 for one of 2008", () => {
    const guest = aGuest();
    guest.setLegacy("guest_features", 0xffff_ffff);
    expect(guest.getLegacy("guest_features")).to.equal(0x20);
    expect(guest.errors).to.deep.equal([]);
  });

  it("resets the whole device when a queue's page becomes 0", () => {
    const guest = aGuest();
    guest.setLegacy("device_status", 3);
    guest.setLegacy("queue_pfn", 0x200);
    expect(guest.getLegacy("queue_pfn")).to.equal(0x200);
    guest.setLegacy("queue_sel", 1);
    guest.setLegacy("queue_pfn", 0);
    expect(guest.getLegacy("device_status")).to.equal(0);
    guest.setLegacy("queue_sel", RX);
    expect(guest.getLegacy("queue_pfn")).to.equal(0);
  });

  it("is broken, without asking for a reset, by a ring outside memory", () => {
    const guest = aGuest();
    guest.setLegacy("queue_pfn", GUEST_BYTES / 4096);
    expect(guest.errors).to.deep.equal([RING_FAULT.descUnmapped]);
    expect(guest.device.broken).to.equal(true);
    expect(guest.getLegacy("device_status")).to.equal(0);
  });

  it("has no queue behind its last", () => {
    const guest = aGuest();
    guest.setLegacy("queue_sel", 3);
    expect([guest.getLegacy("queue_num"), guest.getLegacy("queue_pfn")]).to.deep.equal([0, 0]);
    guest.setLegacy("queue_pfn", 5);
    guest.setLegacy("queue_notify", 3);
    guest.setLegacy("queue_sel", 0xffff);
    expect(guest.getLegacy("queue_sel")).to.equal(3);
    expect(guest.errors).to.deep.equal(["virtio: notification of a queue that is not set up"]);
  });

  it("clears the ISR when it is read", () => {
    const guest = aGuest(0);
    guest.device.writeStatus(7);
    guest.device.setLink(false);
    expect(guest.getLegacy("isr")).to.equal(3);
    expect(guest.getLegacy("isr")).to.equal(0);
  });
});
