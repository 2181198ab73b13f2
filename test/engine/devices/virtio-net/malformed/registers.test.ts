// How a guest can knock on the modern interface wrongly, and what QEMU makes of it
// (hw/virtio/virtio-pci.c, virtio_pci_common_read and _write; hw/virtio/virtio.c).
import { expect } from "chai";
import fc from "fast-check";
import { COMMON } from "../../../../../engine/devices/virtio-net/registers.ts";
import { RING_FAULT } from "../../../../../engine/devices/virtio/ring-fault.ts";
import { numbered, PEER } from "../a-nic.ts";
import { BUFFER, GUEST_BYTES, NUM, RawGuest, TX } from "../raw-guest.ts";

const SEED = 33;
const NOT_SET_UP = "virtio: notification of a queue that is not set up";

describe("Virtio-net's modern registers under a guest that is wrong", () => {
  it("answers loads of no register with 0 and says so", () => {
    const guest = new RawGuest();
    for (const offset of [0x15 + 0x20, 0x40, 0xffc, 0x01]) {
      expect(guest.modern.common.read(offset, 1)).to.equal(0);
    }
    expect(guest.errors).to.deep.equal(Array(4).fill("virtio-pci: common: load of no register"));
  });

  it("ignores stores to no register, or to one that is read-only, and says so", () => {
    const guest = new RawGuest();
    guest.modern.common.write(0x40, 4, 1);
    guest.set("num_queues", 9);
    guest.set("device_feature", 0);
    expect(guest.get("num_queues")).to.equal(3);
    expect(guest.errors).to.deep.equal(Array(3).fill("virtio-pci: common: store to no register"));
  });

  it("takes any width at a register's first byte", () => {
    const guest = new RawGuest();
    const at = COMMON.queue_desc_lo.offset;
    guest.modern.common.write(at, 2, 0x1234);
    expect(guest.modern.common.read(at, 1)).to.equal(0x34);
    expect(guest.modern.common.read(at, 4)).to.equal(0x1234);
    guest.modern.common.write(at, 8, 0x5_0000_0006);
    expect(guest.modern.common.read(at, 8)).to.equal(0x5_0000_0006);
    expect(guest.errors).to.deep.equal([]);
  });

  it("drops features that were not offered", () => {
    const guest = new RawGuest({ packed: false });
    guest.accept(["VERSION_1", "RING_PACKED", "MQ", "CSUM"]);
    expect([guest.device.guestFeatures.low, guest.device.guestFeatures.high]).to.deep.equal([0, 1]);
  });

  it("knows no feature words beyond 64 bits", () => {
    const guest = new RawGuest();
    guest.set("device_feature_select", 2);
    expect(guest.get("device_feature")).to.equal(0);
    guest.set("driver_feature_select", 7);
    guest.set("driver_feature", 0xffff_ffff);
    expect(guest.get("driver_feature")).to.equal(0);
    expect(guest.device.guestFeatures.low).to.equal(0);
  });

  it("refuses features after FEATURES_OK", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.accept([]);
    expect(guest.device.guestFeatures.high).to.equal(1);
    expect(guest.errors).to.deep.equal(Array(2).fill("virtio: features written after FEATURES_OK"));
  });

  it("says so when a guest accepts bit 30, as a driver does that does not look", () => {
    const guest = new RawGuest();
    guest.accept(["UNUSED"]);
    expect(guest.errors).to.include("virtio: feature bit 30 accepted");
  });

  it("leaves FEATURES_OK clear when ACCESS_PLATFORM is not accepted", () => {
    const guest = new RawGuest({ accessPlatform: true });
    guest.set("device_status", 3);
    guest.accept(["VERSION_1"]);
    guest.set("device_status", 11);
    expect(guest.get("device_status")).to.equal(3);
    guest.accept(["VERSION_1", "ACCESS_PLATFORM"]);
    guest.set("device_status", 11);
    expect(guest.get("device_status")).to.equal(11);
  });

  it("needs a reset after a value for queue_enable that is not 1", () => {
    for (const value of [0, 2, 0xffff]) {
      const guest = new RawGuest().start(["VERSION_1"]);
      guest.set("queue_enable", value);
      expect(guest.errors).to.deep.equal([RING_FAULT.queueEnable]);
      expect(guest.get("device_status") & 0x40).to.equal(0x40);
    }
  });

  it("says so when a queue is enabled twice, and takes the newer addresses", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.set("queue_select", TX);
    guest.set("queue_desc_lo", BUFFER);
    guest.set("queue_enable", 1);
    expect(guest.errors).to.deep.equal(["virtio-pci: a queue is enabled twice"]);
    expect(guest.device.queues[TX]?.ring.desc).to.equal(BUFFER);
  });

  it("says so when a queue is enabled that does not exist", () => {
    const guest = new RawGuest();
    guest.set("queue_select", 3);
    expect([guest.get("queue_size"), guest.get("queue_msix_vector")]).to.deep.equal([0, 0xffff]);
    guest.set("queue_size", 4);
    guest.set("queue_msix_vector", 1);
    guest.set("queue_desc_lo", 1);
    guest.set("queue_reset", 1);
    guest.set("queue_enable", 1);
    expect(guest.errors).to.deep.equal(["virtio-pci: a queue that does not exist is enabled"]);
  });

  it("selects no queue beyond the 1,024 a device may have", () => {
    const guest = new RawGuest();
    guest.set("queue_select", 2);
    guest.set("queue_select", 1024);
    expect(guest.get("queue_select")).to.equal(2);
  });

  it("ignores queue sizes that cannot be", () => {
    const guest = new RawGuest();
    for (const size of [0, NUM + 1, 0xffff]) {
      guest.set("queue_size", size);
      expect(guest.get("queue_size")).to.equal(NUM);
    }
    guest.set("queue_size", 4);
    expect(guest.get("queue_size")).to.equal(4);
  });

  it("says so when a queue is notified that is missing, not set up, or broken", () => {
    const guest = new RawGuest();
    for (const offset of [0, 4, 12, 0xffc]) guest.modern.notify.write(offset, 2, 0);
    expect(guest.errors).to.deep.equal(Array(4).fill(NOT_SET_UP));
    expect(guest.modern.notify.read(0, 2)).to.equal(0);
  });

  it("takes the doorbell's place for the queue, whatever value is written", () => {
    const guest = new RawGuest().start(["VERSION_1"]);
    guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + 12);
    guest.offer(TX, [{ byteCount: 72 }]);
    guest.modern.notify.write(4, 2, 77);
    guest.machine.run();
    expect(guest.sent).to.have.lengthOf(1);
  });

  it("keeps no vector that its table does not have", () => {
    const guest = new RawGuest();
    guest.set("config_msix_vector", 4);
    guest.set("queue_msix_vector", 0xfffe);
    expect(guest.get("config_msix_vector")).to.equal(0xffff);
    expect(guest.get("queue_msix_vector")).to.equal(0xffff);
    guest.set("queue_msix_vector", 3);
    expect(guest.get("queue_msix_vector")).to.equal(3);
  });

  it("needs a reset when a ring is placed outside memory", () => {
    const guest = new RawGuest();
    guest.accept(["VERSION_1"]);
    guest.set("queue_desc_lo", GUEST_BYTES - 64);
    guest.set("queue_enable", 1);
    expect(guest.errors).to.deep.equal([RING_FAULT.descUnmapped]);
    expect(guest.device.broken).to.equal(true);
    guest.set("device_status", 0);
    expect(guest.device.broken).to.equal(false);
  });

  it("gives ones beyond its configuration, and takes no stores there", () => {
    const guest = new RawGuest();
    expect(guest.modern.device.read(12, 4)).to.equal(0xffff_ffff);
    expect(guest.modern.device.read(7, 2)).to.equal(0xffff);
    guest.modern.device.write(7, 2, 1);
    expect(guest.modern.device.read(0, 4)).to.equal(0x12005452);
    expect(guest.errors).to.have.lengthOf(2);
  });

  it("lets only drivers of old set the address in the configuration", () => {
    const old = new RawGuest();
    old.modern.device.write(5, 1, 0x99);
    expect(old.modern.device.read(5, 1)).to.equal(0x99);
    const modern = new RawGuest().start(["VERSION_1"]);
    modern.modern.device.write(5, 1, 0x99);
    expect(modern.modern.device.read(5, 1)).to.equal(0x56);
  });

  it(`throws at no accesses whatever, seed ${SEED}`, () => {
    const offsets = Object.values(COMMON).map(({ offset }) => offset);
    const access = fc.record({
      region: fc.constantFrom("common", "isr", "device", "notify", "legacy" as const),
      offset: fc.oneof(fc.nat(0x40), fc.constantFrom(...offsets), fc.constantFrom(0, 4, 8)),
      sizeBytes: fc.constantFrom(1, 2, 4, 8),
      write: fc.boolean(),
      value: fc.oneof(fc.nat(16), fc.nat(0xffff_ffff), fc.constantFrom(BUFFER, 15, 0x40)),
    });
    fc.assert(
      fc.property(fc.array(access, { maxLength: 80 }), fc.boolean(), (all, started) => {
        const guest = new RawGuest({ packed: true });
        if (started) guest.start();
        guest.machine.trace.enabled = false;
        for (const { region, offset, sizeBytes, write, value } of all) {
          const target = region === "legacy" ? guest.legacy : guest.modern[region];
          const at = Math.min(offset, target.byteCount - sizeBytes);
          if (write) target.write(at, sizeBytes, value);
          else expect(target.read(at, sizeBytes)).to.be.at.least(0);
          guest.machine.run();
        }
        guest.arrive(numbered(1, 60));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
