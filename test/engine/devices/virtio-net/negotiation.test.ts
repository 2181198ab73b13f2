// What driver and device agree on, and how a queue or the whole device starts anew.
import { expect } from "chai";
import { FEATURE, type FeatureName } from "../../../../engine/devices/virtio/feature.ts";
import type { VirtioNetOptions } from "../../../../engine/devices/virtio-net/options.ts";
import { aNic, numbered, PEER } from "./a-nic.ts";
import { BUFFER, NUM, RawGuest, RX, TX } from "./raw-guest.ts";

/** Names of the features that a NIC with these options ends up with. */
function agreed(options: Partial<VirtioNetOptions>): FeatureName[] {
  const { features } = aNic(options).nic.driver;
  return (Object.keys(FEATURE) as FeatureName[]).filter((name) => features.has(FEATURE[name]));
}

describe("Virtio-net negotiation", () => {
  it("agrees on what QEMU offers and Linux knows", () => {
    expect(agreed({})).to.have.members([
      "CTRL_GUEST_OFFLOADS",
      "MAC",
      "MRG_RXBUF",
      "STATUS",
      "CTRL_VQ",
      "CTRL_RX",
      "CTRL_VLAN",
      "GUEST_ANNOUNCE",
      "CTRL_MAC_ADDR",
      "INDIRECT_DESC",
      "EVENT_IDX",
      "VERSION_1",
      "RING_RESET",
    ]);
  });

  it("leaves out what is switched off, and only that", () => {
    const all = agreed({ packed: true });
    const cases: [Partial<VirtioNetOptions>, FeatureName][] = [
      [{ eventIndex: false }, "EVENT_IDX"],
      [{ mergeableBuffers: false }, "MRG_RXBUF"],
      [{ indirect: false }, "INDIRECT_DESC"],
      [{ packed: false }, "RING_PACKED"],
      [{ withheld: ["STATUS"] }, "STATUS"],
    ];
    for (const [options, name] of cases) {
      expect(agreed({ packed: true, ...options })).to.have.members(
        all.filter((other) => other !== name),
      );
    }
  });

  it("has no features beyond 32 when it is legacy, and GSO besides", () => {
    const features = agreed({ interface: "legacy", packed: true });
    expect(features).to.include.members(["GSO", "ANY_LAYOUT"]);
    expect(features).not.to.include.members(["VERSION_1"]);
    expect(features).not.to.include.members(["RING_PACKED"]);
  });

  it("lets Linux choose the modern interface of a transitional device", () => {
    expect(agreed({ interface: "transitional" })).to.include("VERSION_1");
  });

  it("reads its address from the configuration", () => {
    const mac = [2, 0x11, 0x22, 0x33, 0x44, 0x55];
    for (const kind of ["modern", "legacy", "transitional"] as const) {
      expect([...aNic({ interface: kind, mac }).nic.driver.mac]).to.deep.equal(mac);
    }
  });

  it("shows its regions by four capabilities and a fifth for configuration space", () => {
    const { config } = new RawGuest().pci;
    const types: number[] = [];
    for (let at = config.get(0x34, 1); at !== 0; at = config.get(at + 1, 1)) {
      types.push(config.get(at, 1) === 9 ? config.get(at + 3, 1) : config.get(at, 1));
    }
    expect(types).to.deep.equal([0x11, 5, 2, 4, 3, 1]);
    expect(config.get(2, 2)).to.equal(0x1041);
    expect(new RawGuest({ interface: "transitional" }).pci.config.get(2, 2)).to.equal(0x1000);
    expect(new RawGuest({ interface: "legacy", vectors: 0 }).pci.config.get(0x34, 1)).to.equal(0);
  });

  it("forgets everything at a reset", () => {
    const guest = new RawGuest().start(["VERSION_1", "CTRL_VQ", "CTRL_RX"]);
    guest.control([0, 0, 0]);
    guest.set("config_msix_vector", 1);
    guest.set("device_status", 0);
    expect(guest.device.filter.promiscuous).to.equal(true);
    expect(guest.device.guestFeatures.high).to.equal(0);
    expect(guest.get("config_msix_vector")).to.equal(0xffff);
    expect([guest.get("queue_enable"), guest.get("queue_desc_lo")]).to.deep.equal([0, 0]);
    expect([guest.get("queue_size"), guest.get("queue_select")]).to.deep.equal([NUM, 0]);
  });

  it("resets one queue alone, while the others go on", () => {
    const guest = new RawGuest().start(["VERSION_1", "RING_RESET"]);
    guest.machine.memory.bytes.set(numbered(3, 60, PEER), BUFFER + 12);
    guest.offer(RX, [{ address: BUFFER + 0x1000, byteCount: 1536, flags: 2 }]);
    guest.offer(TX, [{ byteCount: 72 }]);
    guest.kick(TX);
    guest.set("queue_select", TX);
    guest.set("queue_reset", 1);
    expect([guest.get("queue_reset"), guest.get("queue_enable")]).to.deep.equal([0, 0]);
    guest.kick(TX);
    expect(guest.errors).to.deep.equal(["virtio: notification of a queue that is not set up"]);
    guest.arrive(numbered(1, 60));
    expect(guest.usedIndex(RX)).to.equal(1);
    guest.machine.memory.bytes.fill(0, guest.area(TX), guest.area(TX) + 4096);
    guest.enable(TX);
    guest.descriptor(TX, 0, { byteCount: 72 });
    guest.view.setUint16(guest.area(TX) + 0x402, 1, true);
    guest.kick(TX);
    expect(guest.sent).to.have.lengthOf(2);
    expect(guest.usedIndex(TX)).to.equal(1);
  });

  it("cancels a run of the bottom half when its queue or the device is reset", () => {
    for (const reset of ["queue_reset", "device_status"] as const) {
      const guest = new RawGuest().start(["VERSION_1", "RING_RESET"]);
      guest.offer(TX, [{ byteCount: 72 }]);
      guest.modern.notify.write(4, 2, 1);
      guest.set("queue_select", TX);
      guest.set(reset, reset === "queue_reset" ? 1 : 0);
      guest.machine.run();
      expect(guest.sent).to.have.lengthOf(0);
      expect(guest.errors).to.deep.equal([]);
    }
  });

  it("uses queues of the size the device names", () => {
    for (const queueSize of [32, 256, 1024]) {
      const { nic, arrive, received } = aNic({ queueSize });
      for (let i = 0; i < queueSize + 3; i++) arrive(numbered(i, 60));
      expect(received).to.have.lengthOf(queueSize + 3);
      expect(nic.device.queues[0]?.ring.num).to.equal(queueSize);
    }
  });
});
