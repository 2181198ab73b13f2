import { HAND_OVER, Task } from "../../core/task.ts";
import type { NetDevice, NetDriver } from "../../guest/net-device.ts";
import type { Skb } from "../../guest/skb.ts";
import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";
import type { DriverVirtqueue } from "../virtio/driver-virtqueue.ts";
import { FEATURE, FeatureSet } from "../virtio/feature.ts";
import { STATUS } from "../virtio/device-status.ts";
import { ControlCommands } from "./driver-control.ts";
import { VirtioPciLegacy } from "./driver-legacy.ts";
import { MODERN_TRANSPORT_FEATURES, VirtioPciModern } from "./driver-modern.ts";
import { ReceiveQueue } from "./driver-receive.ts";
import type { VirtioBus, VirtioPciDriver } from "./driver-transport.ts";
import { SendQueue } from "./driver-transmit.ts";

const STATUS_OFFSET = 6;
const LINK_UP = 1;
/** 224.0.0.1, all hosts: every IPv4 interface that is up joins it. */
const ALL_HOSTS_MAC = Uint8Array.of(0x01, 0x00, 0x5e, 0x00, 0x00, 0x01);

/** Features that virtio_net understands: drivers/net/virtio_net.c, VIRTNET_FEATURES. */
const DRIVER_FEATURES = FeatureSet.of(
  "CSUM",
  "GUEST_CSUM",
  "MAC",
  "HOST_TSO4",
  "HOST_UFO",
  "HOST_TSO6",
  "HOST_ECN",
  "GUEST_TSO4",
  "GUEST_TSO6",
  "GUEST_ECN",
  "GUEST_UFO",
  "MRG_RXBUF",
  "STATUS",
  "CTRL_VQ",
  "CTRL_RX",
  "CTRL_VLAN",
  "GUEST_ANNOUNCE",
  "MQ",
  "CTRL_MAC_ADDR",
  "MTU",
  "CTRL_GUEST_OFFLOADS",
);
/** What it understands besides of a device without VERSION_1: features_legacy. */
const LEGACY_DRIVER_FEATURES = FeatureSet.of("GSO", "ANY_LAYOUT");
/** What virtio_ring lets through: drivers/virtio/virtio_ring.c, vring_transport_features. */
const RING_FEATURES = FeatureSet.of(
  "INDIRECT_DESC",
  "EVENT_IDX",
  "VERSION_1",
  "ACCESS_PLATFORM",
  "RING_PACKED",
  "ORDER_PLATFORM",
  "NOTIFICATION_DATA",
);

/** What the driver is given. */
export interface DriverOptions {
  /** Module parameter napi_tx. */
  readonly napiTx: boolean;
  /** How often the address lists are set when the interface goes up. */
  readonly receiveModeRuns: number;
}

/**
 * Linux's virtio_net on virtio-pci, from the PCI probe to its removal, access for access;
 * drivers/net/virtio_net.c, drivers/virtio/virtio.c, virtio_pci_common.c, Linux 6.12.
 */
export class VirtioNetDriver implements NetDriver {
  readonly #machine: Machine;
  readonly #netDevice: NetDevice;
  readonly #bus: VirtioBus;
  readonly #options: DriverOptions;
  readonly #configWork: ConfigWork;
  readonly #mac = new Uint8Array(6);
  #transport: VirtioPciDriver | undefined;
  #receive: ReceiveQueue | undefined;
  #send: SendQueue | undefined;
  #control: ControlCommands | undefined;
  #carrier = false;
  #open = false;

  constructor(machine: Machine, netDevice: NetDevice, bus: VirtioBus, options: DriverOptions) {
    this.#machine = machine;
    this.#netDevice = netDevice;
    this.#bus = bus;
    this.#options = options;
    this.#configWork = new ConfigWork(() => machine.kernel.runProcess(() => this.#readLink()));
    netDevice.attach(this);
  }

  /** The MAC address that the driver read. */
  get mac(): Uint8Array {
    return this.#mac;
  }

  /** Whether the link is up, as the driver believes. */
  get carrier(): boolean {
    return this.#carrier;
  }

  /** Features that driver and device agreed on. */
  get features(): FeatureSet {
    return this.#transport?.features ?? new FeatureSet();
  }

  probe(): void {
    this.#bus.pci.enable();
    const transport =
      VirtioPciModern.probe(this.#machine, this.#bus) ??
      new VirtioPciLegacy(this.#machine, this.#bus, this.#bus.legacy as Bar);
    this.#transport = transport;
    this.#bus.pci.setMaster();
    transport.reset();
    transport.addStatus(STATUS.ACKNOWLEDGE);
    // virtio_dev_probe: the net driver has been found for it.
    transport.addStatus(STATUS.DRIVER);
    this.#negotiate(transport);
    transport.readConfigBytes(0, this.#mac);
    transport.onConfigChange = () => this.#configChanged();
    this.#findQueues(transport);
    transport.addStatus(STATUS.DRIVER_OK);
    transport.getStatus();
    this.#netDevice.bulkBytes = this.#options.napiTx ? this.#netDevice.byteLimitAvailable : () => 0;
  }

  open(): void {
    this.#open = true;
    this.#receive?.fill();
    this.#receive?.enable();
    this.#send?.enable();
    this.#readLink();
    // Mostly twice: dev_set_rx_mode queues the work, which starts and waits for the rtnl lock;
    // joining 224.0.0.1 queues it again. Once, when it had not started by then.
    for (let i = 0; i < this.#options.receiveModeRuns; i++) {
      this.#setReceiveMode([ALL_HOSTS_MAC, ...this.#machine.identity.multicastMacs]);
    }
    if (!this.features.has(FEATURE.CTRL_VLAN)) return;
    for (const identifier of this.#machine.identity.vlanIds) this.#control?.addVlan(identifier);
  }

  stop(): void {
    this.#open = false;
    this.#send?.disable();
    this.#receive?.disable();
    this.#carrier = false;
    // Queued before the interface went down, it runs when the last group has been left.
    this.#setReceiveMode([]);
  }

  remove(): void {
    const transport = this.#transport;
    if (transport === undefined) return;
    transport.reset();
    this.#send?.releaseAll();
    this.#receive?.releaseAll();
    transport.deleteQueues();
    transport.getStatus();
    transport.addStatus(STATUS.ACKNOWLEDGE);
    this.#receive = undefined;
    this.#send = undefined;
    this.#control = undefined;
  }

  startXmit(skb: Skb, more: boolean): boolean {
    return this.#send?.startXmit(skb, more) ?? false;
  }

  /** `virtio_dev_probe`: the features that both know, and those of ring and transport. */
  #negotiate(transport: VirtioPciDriver): void {
    const offered = transport.offeredFeatures();
    const modern = offered.has(FEATURE.VERSION_1);
    const known = new FeatureSet(DRIVER_FEATURES.low, DRIVER_FEATURES.high);
    if (!modern) known.assign(known.low | LEGACY_DRIVER_FEATURES.low, known.high);
    const ring = new FeatureSet(RING_FEATURES.low, RING_FEATURES.high);
    if (modern) ring.assign(ring.low, ring.high | MODERN_TRANSPORT_FEATURES.high);
    const accepted = offered.and(new FeatureSet(known.low | ring.low, known.high | ring.high));
    transport.features = accepted;
    transport.acceptFeatures(accepted);
    if (!modern) return;
    transport.addStatus(STATUS.FEATURES_OK);
    transport.getStatus();
  }

  #findQueues(transport: VirtioPciDriver): void {
    const { features } = transport;
    const mergeable = features.has(FEATURE.MRG_RXBUF);
    const headerBytes = mergeable || features.has(FEATURE.VERSION_1) ? 12 : 10;
    const hasControl = features.has(FEATURE.CTRL_VQ);
    const requests = [
      { name: "rx", callback: () => this.#receive?.interrupt(), context: true },
      { name: "tx", callback: () => this.#send?.interrupt(), context: false },
    ];
    const control = { name: "ctrl", callback: undefined, context: false };
    const queues = transport.findQueues(hasControl ? [...requests, control] : requests);
    transport.setAffinity(0);
    transport.setAffinity(1);
    const send = new SendQueue(this.#machine, this.#netDevice, queues[1] as DriverVirtqueue, {
      headerBytes,
      mergeable,
      napi: this.#options.napiTx,
    });
    this.#send = send;
    this.#receive = new ReceiveQueue(this.#machine, this.#netDevice, queues[0] as DriverVirtqueue, {
      mergeable,
      headerBytes,
      cleanTransmit: send.cleanInReceive,
    });
    const third = queues[2];
    if (third !== undefined) this.#control = new ControlCommands(this.#machine, third);
  }

  #setReceiveMode(multicast: readonly Uint8Array[]): void {
    if (!this.features.has(FEATURE.CTRL_RX)) return;
    this.#control?.setReceiveMode(this.#machine.identity.secondaryMacs, multicast);
  }

  /** `virtnet_config_changed`: the link is looked at in process context. */
  #configChanged(): void {
    if (this.#open && !this.#configWork.queued) this.#machine.postGuest(this.#configWork, 0);
  }

  /** `virtnet_config_changed_work`. */
  #readLink(): void {
    const transport = this.#transport;
    if (transport === undefined) return;
    const up =
      !this.features.has(FEATURE.STATUS) ||
      (transport.readConfig(STATUS_OFFSET, 2) & LINK_UP) !== 0;
    if (up === this.#carrier) return;
    this.#carrier = up;
    if (up) this.#netDevice.wakeQueue();
    else this.#netDevice.stopQueue();
  }
}

/** The work item that a configuration change queues. */
class ConfigWork extends Task {
  readonly #work: () => void;

  constructor(work: () => void) {
    super(HAND_OVER.hostStep);
    this.#work = work;
  }

  override run(): void {
    this.#work();
  }
}
