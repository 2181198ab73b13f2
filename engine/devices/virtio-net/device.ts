import type { Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { FEATURE } from "../virtio/feature.ts";
import { VirtioDevice } from "../virtio/virtio-device.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import { type ControlTarget, ControlQueue } from "./control-queue.ts";
import { offeredFeatures, type VirtioNetOptions } from "./options.ts";
import { ReceiveFilter } from "./receive-filter.ts";
import { RING_FAULT, type RingFault } from "../virtio/ring-fault.ts";
import type { DataPlane } from "./data-plane.ts";
import { QemuDataPlane } from "./qemu-data-plane.ts";

/** Numbers of the queues of a device with one pair: virtio 1.2, 5.1.2 "Virtqueues". */
export const QUEUE = { rx: 0, tx: 1, control: 2 } as const;

const HEADER_BYTES = 10;
const HEADER_V1_BYTES = 12;
const LINK_UP = 1;
const ANNOUNCE = 2;
/** Bytes of configuration up to the last field whose feature is offered. */
const CONFIG_BYTES = { mac: 6, status: 8 } as const;

/**
 * QEMU's virtio-net with one queue pair and a control queue, its data moved by QEMU itself
 * unless `dataPlane` says otherwise: hw/net/virtio-net.c. The transport stands beside it.
 */
export class VirtioNetDevice extends VirtioDevice implements ControlTarget {
  readonly configBytes: number;
  /** The address in use: the driver may change it. */
  readonly mac: Uint8Array;
  readonly filter: ReceiveFilter;
  readonly #permanentMac: readonly number[];
  readonly #data: DataPlane;
  readonly #control: ControlQueue;
  #linkStatus = LINK_UP;
  #vlanFiltering = false;

  constructor(machine: Machine, wire: Wire, options: VirtioNetOptions) {
    const num = options.queueSize;
    super(machine, {
      features: offeredFeatures(options),
      queues: [
        { name: "rx", num },
        { name: "tx", num },
        { name: "ctrl", num },
      ],
      ioeventfd: options.ioeventfd,
      wakeTicks: options.wakeTicks,
    });
    const status = this.hostFeatures.has(FEATURE.STATUS);
    this.configBytes = status ? CONFIG_BYTES.status : CONFIG_BYTES.mac;
    this.#permanentMac = options.mac;
    this.mac = Uint8Array.from(options.mac);
    this.filter = new ReceiveFilter(this.mac);
    this.#data = options.dataPlane?.(this, wire) ?? this.#qemu(wire, options);
    this.#control = new ControlQueue(this, this);
  }

  /** The cable is plugged in or pulled out: the driver hears of it. */
  setLink(up: boolean): void {
    const before = this.#linkStatus;
    this.changeCount++;
    this.#linkStatus = up ? before | LINK_UP : before & ~LINK_UP;
    if (this.#linkStatus !== before) this.notifyConfig();
    this.onStatus(this.status);
  }

  override fail(fault: RingFault, value: number): void {
    if (this.#data.takeFault?.() === true) this.refuse(RING_FAULT[fault], value);
    else super.fail(fault, value);
  }

  acknowledgeAnnouncement(): boolean {
    if ((this.#linkStatus & ANNOUNCE) === 0) return false;
    this.changeCount++;
    this.#linkStatus &= ~ANNOUNCE;
    return true;
  }

  readConfig(offset: number): number {
    if (offset < 6) return this.mac[offset] as number;
    return offset === 6 ? this.#linkStatus & 0xff : 0;
  }

  writeConfig(offset: number, sizeBytes: number, value: number): void {
    const { guestFeatures } = this;
    if (guestFeatures.has(FEATURE.VERSION_1) || guestFeatures.has(FEATURE.CTRL_MAC_ADDR)) return;
    for (let i = 0; i < sizeBytes && offset + i < 6; i++) this.mac[offset + i] = value >>> (8 * i);
  }

  protected handleOutput(queue: VirtioQueue): void {
    if (queue.index === QUEUE.rx) this.#data.receiveNotified();
    else if (queue.index === QUEUE.tx) this.#notifyTransmit(queue);
    else this.#control.handle(queue);
  }

  protected override onStatus(status: number): void {
    const started = (status & 4) !== 0 && (this.#linkStatus & LINK_UP) !== 0;
    this.#data.statusChanged(started);
  }

  protected override onReset(): void {
    this.filter.reset();
    this.mac.set(this.#permanentMac);
    this.#linkStatus &= ~ANNOUNCE;
    this.#data.cancel();
  }

  protected override onSignal(queue: VirtioQueue): boolean {
    if (!this.#data.hearsDoorbells || (this.#linkStatus & LINK_UP) === 0) return false;
    if (queue.index === QUEUE.tx) this.#data.transmitNotified();
    else if (queue.index === QUEUE.rx) this.#data.receiveNotified();
    return queue.index !== QUEUE.control;
  }

  protected override onFeatures(): void {
    const { guestFeatures } = this;
    const mergeable = guestFeatures.has(FEATURE.MRG_RXBUF);
    const header =
      mergeable || guestFeatures.has(FEATURE.VERSION_1) ? HEADER_V1_BYTES : HEADER_BYTES;
    this.#data.negotiated(header, mergeable);
    const vlanFiltering = guestFeatures.has(FEATURE.CTRL_VLAN);
    if (vlanFiltering === this.#vlanFiltering) return;
    this.#vlanFiltering = vlanFiltering;
    this.filter.setVlanFiltering(vlanFiltering);
  }

  protected override onQueueReset(queue: VirtioQueue): void {
    if (queue.index === QUEUE.tx) this.#data.cancel();
  }

  #qemu(wire: Wire, options: VirtioNetOptions): QemuDataPlane {
    const { rx, tx } = QUEUE;
    const queues = { rx: this.queues[rx] as VirtioQueue, tx: this.queues[tx] as VirtioQueue };
    return new QemuDataPlane(this, queues, this.filter, wire, options);
  }

  /** Notifies the transmit side; while the link is down, what is queued is dropped as sent. */
  #notifyTransmit(queue: VirtioQueue): void {
    if ((this.#linkStatus & LINK_UP) !== 0) {
      this.#data.transmitNotified();
      return;
    }
    let dropped = false;
    for (let i = 0; i < queue.ring.num && queue.ring.pop(queue.element); i++) {
      queue.ring.push(queue.element, 0);
      dropped = true;
    }
    if (dropped) this.notify(queue);
  }
}
