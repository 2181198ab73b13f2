import type { DriverVirtqueue } from "../virtio/driver-virtqueue.ts";
import { FEATURE, FeatureSet } from "../virtio/feature.ts";
import type { PciDevice } from "../../guest/pci-device.ts";
import { CONFIG } from "../../pci/config-space.ts";
import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";
import { type VirtioBus, NO_VECTOR, VirtioPciDriver } from "./driver-transport.ts";
import { CAP, CAP_ID, CAP_TYPE, COMMON, MODERN_LAYOUT } from "./registers.ts";

const CAP_LIST = 0x10;
/** More capabilities than fit in configuration space: a list that loops ends here. */
const CAPABILITIES_MAX = 48;
const BAR_COUNT = 6;

/** Linux's driver of the modern interface: drivers/virtio/virtio_pci_modern.c and _modern_dev.c. */
export class VirtioPciModern extends VirtioPciDriver {
  protected readonly alignment = 64;
  readonly #common: Bar;
  readonly #isr: Bar;
  readonly #device: Bar;
  readonly #notify: Bar;
  readonly #notifyOffsets: number[] = [];

  private constructor(machine: Machine, bus: VirtioBus, modern: NonNullable<VirtioBus["modern"]>) {
    super(machine, bus);
    this.#common = modern.common;
    this.#isr = modern.isr;
    this.#device = modern.device;
    this.#notify = modern.notify;
  }

  /** `virtio_pci_modern_probe`: finds the capabilities; undefined when the function has none. */
  static probe(machine: Machine, bus: VirtioBus): VirtioPciModern | undefined {
    const common = findVirtio(bus.pci, CAP_TYPE.common);
    if (common === 0 || bus.modern === undefined) return undefined;
    const isr = findVirtio(bus.pci, CAP_TYPE.isr);
    const notify = findVirtio(bus.pci, CAP_TYPE.notify);
    const device = findVirtio(bus.pci, CAP_TYPE.device);
    mapCapability(bus.pci, common);
    mapCapability(bus.pci, isr);
    bus.pci.config.read(notify + CAP.multiplier, 4);
    bus.pci.config.read(notify + CAP.size, 4);
    bus.pci.config.read(notify + CAP.offset, 4);
    mapCapability(bus.pci, notify);
    mapCapability(bus.pci, device);
    return new VirtioPciModern(machine, bus, bus.modern);
  }

  offeredFeatures(): FeatureSet {
    this.#common.store(COMMON.device_feature_select, 0);
    const low = this.#common.load(COMMON.device_feature);
    this.#common.store(COMMON.device_feature_select, 1);
    return new FeatureSet(low, this.#common.load(COMMON.device_feature));
  }

  acceptFeatures(features: FeatureSet): void {
    this.#common.store(COMMON.driver_feature_select, 0);
    this.#common.store(COMMON.driver_feature, features.low);
    this.#common.store(COMMON.driver_feature_select, 1);
    this.#common.store(COMMON.driver_feature, features.high);
  }

  getStatus(): number {
    return this.#common.load(COMMON.device_status);
  }

  setStatus(status: number): void {
    this.#common.store(COMMON.device_status, status);
  }

  reset(): void {
    this.setStatus(0);
    // Bounded: a device that never finishes its reset would hang Linux.
    for (let i = 0; i < 1000 && this.getStatus() !== 0; i++);
  }

  readConfig(offset: number, sizeBytes: 1 | 2): number {
    return this.#device.read(offset, sizeBytes);
  }

  readConfigBytes(offset: number, into: Uint8Array): void {
    let generation = this.#common.load(COMMON.config_generation);
    for (let turn = 0; turn < 1000; turn++) {
      for (let i = 0; i < into.length; i++) into[i] = this.readConfig(offset + i, 1);
      const after = this.#common.load(COMMON.config_generation);
      if (after === generation) return;
      generation = after;
    }
  }

  notify(index: number): void {
    this.#notify.write(this.#notifyOffsets[index] as number, 2, index);
  }

  protected readIsr(): number {
    return this.#isr.read(0, 1);
  }

  protected configVector(vector: number): number {
    this.#common.store(COMMON.config_msix_vector, vector);
    return this.#common.load(COMMON.config_msix_vector);
  }

  protected queueVector(index: number, vector: number): number {
    this.#select(index);
    this.#common.store(COMMON.queue_msix_vector, vector);
    return this.#common.load(COMMON.queue_msix_vector);
  }

  protected probeQueue(index: number): number {
    if (index >= this.#common.load(COMMON.num_queues)) return 0;
    this.#select(index);
    const num = this.#common.load(COMMON.queue_size);
    if (num === 0) return 0;
    this.#select(index);
    return this.#common.load(COMMON.queue_enable) === 0 ? num : 0;
  }

  protected activateQueue(index: number, ring: DriverVirtqueue, vector: number): void {
    const common = this.#common;
    this.#select(index);
    common.store(COMMON.queue_size, ring.num);
    this.#select(index);
    this.#storeAddress(COMMON.queue_desc_lo.offset, ring.descAddress);
    this.#storeAddress(COMMON.queue_driver_lo.offset, ring.driverAddress);
    this.#storeAddress(COMMON.queue_device_lo.offset, ring.deviceAddress);
    if (vector !== NO_VECTOR) this.queueVector(index, vector);
    this.#select(index);
    const offset = common.load(COMMON.queue_notify_off);
    this.#notifyOffsets[index] = offset * MODERN_LAYOUT.notifyMultiplier;
  }

  protected enableQueues(count: number): void {
    for (let index = 0; index < count; index++) {
      this.#select(index);
      this.#common.store(COMMON.queue_enable, 1);
    }
  }

  protected deactivateQueue(index: number): void {
    if (this.msixEnabled) this.queueVector(index, NO_VECTOR);
  }

  #select(index: number): void {
    this.#common.store(COMMON.queue_select, index);
  }

  #storeAddress(offset: number, address: number): void {
    this.#common.write(offset, 4, address >>> 0);
    this.#common.write(offset + 4, 4, Math.floor(address / 4294967296));
  }
}

/** Features of the transport that this driver understands beyond those of virtio_ring. */
export const MODERN_TRANSPORT_FEATURES = new FeatureSet().add(FEATURE.RING_RESET);

/** `virtio_pci_find_capability`: offset of the virtio capability of a type, or 0. */
function findVirtio(pci: PciDevice, type: number): number {
  let at = findCapability(pci, CAP_ID.vendor);
  for (let i = 0; at > 0 && i < CAPABILITIES_MAX; i++) {
    const found = pci.config.read(at + CAP.type, 1);
    const bar = pci.config.read(at + CAP.bar, 1);
    if (found === type && bar < BAR_COUNT) return at;
    at = walk(pci, pci.config.read(at + 1, 1), CAP_ID.vendor);
  }
  return 0;
}

/** `pci_find_capability`: offset of the first capability with this identifier, or 0. */
export function findCapability(pci: PciDevice, id: number): number {
  if ((pci.config.read(CONFIG.status, 2) & CAP_LIST) === 0) return 0;
  return walk(pci, pci.config.read(CONFIG.capabilities, 1), id);
}

function walk(pci: PciDevice, from: number, id: number): number {
  let at = from & ~3;
  for (let i = 0; at >= 0x40 && i < CAPABILITIES_MAX; i++) {
    const word = pci.config.read(at, 2);
    if ((word & 0xff) === id) return at;
    at = (word >> 8) & ~3;
  }
  return 0;
}

/** `vp_modern_map_capability`: which BAR, where in it, how long. */
function mapCapability(pci: PciDevice, at: number): void {
  pci.config.read(at + CAP.bar, 1);
  pci.config.read(at + CAP.offset, 4);
  pci.config.read(at + CAP.size, 4);
}
