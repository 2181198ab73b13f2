import { directAccess } from "../../core/crossing.ts";
import { InputError } from "../../core/input-error.ts";
import { buildVirtioNet } from "../../devices/virtio-net/index.ts";
import type { VirtioInterface, VirtioNetOptions } from "../../devices/virtio-net/options.ts";
import type { FeatureName } from "../../devices/virtio/feature.ts";
import { DEFAULT_IDENTITY } from "../../guest/identity.ts";
import { Machine } from "../../machine.ts";
import type { NicScenario, VerifiedNic } from "../verified-nic.ts";

/** QEMU's properties that only say whether a feature is offered; all are on by default. */
const FEATURE_PROPERTIES: Readonly<Record<string, FeatureName>> = {
  mrg_rxbuf: "MRG_RXBUF",
  event_idx: "EVENT_IDX",
  indirect_desc: "INDIRECT_DESC",
  any_layout: "ANY_LAYOUT",
  notify_on_empty: "NOTIFY_ON_EMPTY",
  queue_reset: "RING_RESET",
  gso: "GSO",
  status: "STATUS",
  ctrl_vq: "CTRL_VQ",
  ctrl_rx: "CTRL_RX",
  ctrl_vlan: "CTRL_VLAN",
  ctrl_rx_extra: "CTRL_RX_EXTRA",
  ctrl_mac_addr: "CTRL_MAC_ADDR",
  ctrl_guest_offloads: "CTRL_GUEST_OFFLOADS",
  guest_announce: "GUEST_ANNOUNCE",
};
/** What the recorder's QEMU gives when nothing is said: two vectors more than data queues. */
const VECTORS = 4;

/**
 * virtio-net as a recording describes it: INTA# of slot 5 on the recorded machine is IOAPIC pin 10.
 * @throws InputError for a value that the device line cannot have.
 */
export function verifiedVirtioNet(scenario: NicScenario): VerifiedNic {
  const { options } = scenario.device;
  const mac = options.get("mac")?.split(":");
  const identity =
    mac === undefined
      ? DEFAULT_IDENTITY
      : { ...DEFAULT_IDENTITY, mac: Uint8Array.from(mac, (byte) => Number.parseInt(byte, 16)) };
  const machine = new Machine({ guestBytes: scenario.memoryBytes, identity });
  const { receiveModeRuns } = scenario;
  const settings = { ...settingsOf(options), receiveModeRuns };
  const nic = buildVirtioNet(machine, { control: directAccess, doorbell: directAccess }, settings);
  nic.netDevice.skbs.smallHeadOffset = scenario.smallHeadOffset;
  return { machine, nic };
}

function settingsOf(options: ReadonlyMap<string, string>): Partial<VirtioNetOptions> {
  const withheld = Object.entries(FEATURE_PROPERTIES)
    .filter(([property]) => !isOn(options, property, true))
    .map(([, feature]) => feature);
  const vectors = options.get("vectors") ?? String(VECTORS);
  if (!/^\d+$/.test(vectors)) {
    throw new InputError(`manifest.json: field command has vectors=${vectors}, expected a number`);
  }
  return {
    interface: interfaceOf(options),
    packed: isOn(options, "packed", false),
    ioeventfd: isOn(options, "ioeventfd", true),
    vectors: Number(vectors),
    withheld,
    accessPlatform: isOn(options, "iommu_platform", false),
    separateCompletion: true,
    wakeTicks: 0,
    stepTicks: 0,
  };
}

/** On a conventional PCI bus, both interfaces are there unless one is switched off. */
function interfaceOf(options: ReadonlyMap<string, string>): VirtioInterface {
  if (isOn(options, "disable-modern", false)) return "legacy";
  return isOn(options, "disable-legacy", false) ? "modern" : "transitional";
}

function isOn(options: ReadonlyMap<string, string>, name: string, otherwise: boolean): boolean {
  const value = options.get(name);
  if (value === undefined || value === "auto") return otherwise;
  if (value === "on" || value === "true") return true;
  if (value === "off" || value === "false") return false;
  throw new InputError(`manifest.json: field command has ${name}=${value}, expected on or off`);
}
