import { expect } from "chai";
import { ringsAt } from "../../../../engine/inspect/rings/index.ts";
import { ringPlacesOf } from "../../../../engine/inspect/rings/ring-places.ts";
import type { RingState } from "../../../../engine/inspect/rings/ring-state.ts";
import { MODES } from "../../../../engine/modes/index.ts";
import type { KnobValues } from "../../../../engine/modes/knob.ts";
import { generatePackets } from "../../../../engine/packets/packet-generator.ts";
import { prepare } from "../../../../engine/run/simulate.ts";
import { liveSnapshot } from "./live-snapshot.ts";

/** The rings of a mode whose machine is up, with one packet sent and one received. */
function ringsOf(id: string, knobs: KnobValues = {}): RingState[] {
  const mode = MODES.find((each) => each.id === id);
  if (mode === undefined) throw new Error(`no mode ${id}`);
  const frames = generatePackets({
    count: 1,
    frameBytesWithoutFcs: 60,
    seed: 1,
    direction: "tx",
    guestMac: Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56),
  });
  const { machine } = prepare({ mode, frames, direction: "tx", knobs });
  return ringsAt(ringPlacesOf(machine, mode), liveSnapshot(machine));
}

/** "device 63, driver 1": slots by owner. */
function owners({ slots }: RingState): string {
  const of = (owner: string): number => slots.filter((slot) => slot.owner === owner).length;
  return `driver ${of("driver")}, device ${of("device")}`;
}

/** By ring: slots by owner when an interface is up and everything is at rest. */
const AT_REST: readonly (readonly [string, KnobValues, Readonly<Record<string, string>>])[] = [
  ["native", {}, { pf_tx_ring: "driver 256, device 0", pf_rx_ring: "driver 1, device 255" }],
  ["vtx-rtl8139", {}, { tx_ring: "driver 64, device 0", rx_ring: "driver 0, device 64" }],
  ["vtx-rtl8139too", {}, { tx_buf: "driver 4, device 0", rx_buffer: "driver 0, device 2" }],
  ["xen-netfront", {}, { "tx ring": "driver 256, device 0", "rx ring": "driver 0, device 256" }],
  [
    "vmxnet3",
    {},
    {
      tx_ring: "driver 512, device 0",
      tx_data_ring_head: "driver 512, device 0",
      tx_comp_ring: "driver 0, device 512",
      rx_ring0: "driver 2, device 1022",
      rx_ring1: "driver 1, device 511",
      rx_comp_ring: "driver 0, device 1536",
    },
  ],
  [
    "virtio-qemu",
    { ring: "split" },
    {
      tx_avail: "driver 256, device 0",
      tx_desc: "driver 256, device 0",
      tx_used: "driver 0, device 256",
      rx_avail: "driver 1, device 255",
      rx_desc: "driver 1, device 255",
      rx_used: "driver 0, device 256",
      ctrl_avail: "driver 256, device 0",
      ctrl_desc: "driver 256, device 0",
      ctrl_used: "driver 0, device 256",
    },
  ],
  [
    "virtio-qemu",
    { ring: "packed" },
    {
      tx_desc_ring: "driver 256, device 0",
      rx_desc_ring: "driver 1, device 255",
      ctrl_desc_ring: "driver 256, device 0",
    },
  ],
  [
    "vf-injected",
    {},
    {
      vf_tx_ring: "driver 1024, device 0",
      vf_rx_ring: "driver 2, device 1022",
      "pf_tx_ring(1)": "driver 256, device 0",
      "pf_rx_ring(1)": "driver 1, device 255",
    },
  ],
  [
    "vf-dpdk",
    {},
    {
      vf_tx_ring: "driver 512, device 0",
      vf_rx_ring: "driver 2, device 510",
      "pf_tx_ring(1)": "driver 256, device 0",
      "pf_rx_ring(1)": "driver 1, device 255",
    },
  ],
];

describe("rings at rest", () => {
  for (const [mode, knobs, expected] of AT_REST) {
    it(`${mode} ${JSON.stringify(knobs)}: receive buffers are the device's, the rest the driver's`, () => {
      const rings = ringsOf(mode, knobs);
      expect(Object.fromEntries(rings.map((ring) => [ring.id, owners(ring)]))).to.deep.equal(
        expected,
      );
      for (const { slots, markers, size } of rings) {
        for (const [index, slot] of slots.entries()) expect(slot.index).to.equal(index);
        for (const marker of markers) expect(marker.index).to.be.within(0, size - 1);
      }
    });
  }
});
