import { FEATURE, FeatureSet, type FeatureName } from "../virtio/feature.ts";
import type { DataPlaneFactory } from "./data-plane.ts";

/** Which interfaces the device shows: virtio 1.2, 1.3.1 "Legacy Interface: Terminology". */
export type VirtioInterface = "modern" | "legacy" | "transitional";

/** A virtio-net device as a reader, a mode or a recording describes it. */
export interface VirtioNetOptions {
  /** MAC address, default 52:54:00:12:34:56. */
  readonly mac: readonly number[];
  readonly interface: VirtioInterface;
  /** Entries of each queue, a power of two to 1,024. */
  readonly queueSize: number;
  /** VIRTIO_F_RING_PACKED is offered. */
  readonly packed: boolean;
  /** VIRTIO_RING_F_EVENT_IDX is offered. */
  readonly eventIndex: boolean;
  /** VIRTIO_NET_F_MRG_RXBUF is offered. */
  readonly mergeableBuffers: boolean;
  /** VIRTIO_RING_F_INDIRECT_DESC is offered. */
  readonly indirect: boolean;
  /** Features that the device does not offer although it could. */
  readonly withheld: readonly FeatureName[];
  /** Doorbells signal an ioeventfd: a host thread acts on them. */
  readonly ioeventfd: boolean;
  /** MSI-X vectors; 0: the device has no MSI-X and uses INTx. */
  readonly vectors: number;
  /** Frames that the transmit bottom half sends in one go. */
  readonly transmitBurst: number;
  /** Ticks (see Machine) until a host thread runs after it was woken. */
  readonly wakeTicks: number;
  /** Ticks between two frames of the transmit bottom half. */
  readonly stepTicks: number;
  /**
   * Sending a frame and giving its buffer back are two steps of the host thread, so that a guest
   * access may come between them; else one.
   */
  readonly separateCompletion: boolean;
  /** Who moves frames instead of QEMU. */
  readonly dataPlane?: DataPlaneFactory;
  /** VIRTIO_F_ACCESS_PLATFORM is offered: the driver has to accept it. */
  readonly accessPlatform: boolean;
  /** How often the driver sets its address lists when the interface goes up: once or twice. */
  readonly receiveModeRuns: number;
  /** The guest's driver cleans its transmit ring in NAPI (module parameter napi_tx). */
  readonly napiTx: boolean;
  /** IOAPIC pin of INTA#. */
  readonly gsi: number;
}

/**
 * What QEMU 10.0.13 and Linux 6.12 do when nothing is said. Queues of 1,024 entries are what
 * Debian's build of it gives whatever is asked of it (hw/virtio/virtio.c, virtio_add_queue).
 */
export const DEFAULT_OPTIONS: VirtioNetOptions = {
  mac: [0x52, 0x54, 0x00, 0x12, 0x34, 0x56],
  interface: "modern",
  queueSize: 1024,
  packed: false,
  eventIndex: true,
  mergeableBuffers: true,
  indirect: true,
  withheld: [],
  ioeventfd: true,
  vectors: 4,
  transmitBurst: 256,
  wakeTicks: 60,
  stepTicks: 12,
  separateCompletion: false,
  accessPlatform: false,
  receiveModeRuns: 2,
  napiTx: true,
  gsi: 10,
};

/**
 * Features that QEMU's virtio-net offers before a peer without virtio_net_hdr (a datagram socket):
 * hw/net/virtio-net.c, virtio_net_get_features; checksum and segmentation offloads are not among
 * them.
 */
export function offeredFeatures(options: VirtioNetOptions): FeatureSet {
  const features = FeatureSet.of(
    "CTRL_GUEST_OFFLOADS",
    "MAC",
    "GSO",
    "STATUS",
    "CTRL_VQ",
    "CTRL_RX",
    "CTRL_VLAN",
    "CTRL_RX_EXTRA",
    "GUEST_ANNOUNCE",
    "CTRL_MAC_ADDR",
    "NOTIFY_ON_EMPTY",
    "ANY_LAYOUT",
    "UNUSED",
    "RING_RESET",
  );
  if (options.mergeableBuffers) features.add(FEATURE.MRG_RXBUF);
  if (options.indirect) features.add(FEATURE.INDIRECT_DESC);
  if (options.eventIndex) features.add(FEATURE.EVENT_IDX);
  if (options.packed) features.add(FEATURE.RING_PACKED);
  if (options.interface !== "legacy") features.add(FEATURE.VERSION_1);
  if (options.accessPlatform) features.add(FEATURE.ACCESS_PLATFORM);
  for (const name of options.withheld) features.remove(FEATURE[name]);
  return features;
}

/** Features that only the legacy interface shows (`legacy_features` in QEMU). */
export const LEGACY_FEATURES = FeatureSet.of("GSO", "NOTIFY_ON_EMPTY", "ANY_LAYOUT", "UNUSED");
