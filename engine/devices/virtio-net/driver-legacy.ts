import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";
import type { DriverVirtqueue } from "../virtio/driver-virtqueue.ts";
import { FeatureSet } from "../virtio/feature.ts";
import { type VirtioBus, NO_VECTOR, VirtioPciDriver } from "./driver-transport.ts";
import { LEGACY, LEGACY_MSIX } from "./registers.ts";

const PAGE = 4096;
const CONFIG_OFFSET = 0x14;
const CONFIG_OFFSET_MSIX = 0x18;

/** Linux's driver of the legacy interface: drivers/virtio/virtio_pci_legacy.c and _legacy_dev.c. */
export class VirtioPciLegacy extends VirtioPciDriver {
  protected readonly alignment = PAGE;
  readonly #bar: Bar;

  constructor(machine: Machine, bus: VirtioBus, bar: Bar) {
    super(machine, bus);
    this.#bar = bar;
  }

  offeredFeatures(): FeatureSet {
    return new FeatureSet(this.#bar.load(LEGACY.host_features), 0);
  }

  acceptFeatures(features: FeatureSet): void {
    this.#bar.store(LEGACY.guest_features, features.low);
  }

  getStatus(): number {
    return this.#bar.load(LEGACY.device_status);
  }

  setStatus(status: number): void {
    this.#bar.store(LEGACY.device_status, status);
  }

  reset(): void {
    this.setStatus(0);
    this.getStatus();
  }

  readConfig(offset: number, sizeBytes: 1 | 2): number {
    let value = 0;
    for (let i = 0; i < sizeBytes; i++) {
      value |= this.#bar.read(this.#configOffset() + offset + i, 1) << (8 * i);
    }
    return value;
  }

  readConfigBytes(offset: number, into: Uint8Array): void {
    for (let i = 0; i < into.length; i++) into[i] = this.readConfig(offset + i, 1);
  }

  notify(index: number): void {
    this.#bar.store(LEGACY.queue_notify, index);
  }

  protected readIsr(): number {
    return this.#bar.load(LEGACY.isr);
  }

  protected configVector(vector: number): number {
    this.#bar.store(LEGACY_MSIX.config_msix_vector, vector);
    return this.#bar.load(LEGACY_MSIX.config_msix_vector);
  }

  protected queueVector(index: number, vector: number): number {
    this.#select(index);
    this.#bar.store(LEGACY_MSIX.queue_msix_vector, vector);
    return this.#bar.load(LEGACY_MSIX.queue_msix_vector);
  }

  protected probeQueue(index: number): number {
    this.#select(index);
    const num = this.#bar.load(LEGACY.queue_num);
    if (num === 0) return 0;
    this.#select(index);
    return this.#bar.load(LEGACY.queue_pfn) === 0 ? num : 0;
  }

  protected activateQueue(index: number, ring: DriverVirtqueue, vector: number): void {
    this.#select(index);
    this.#bar.store(LEGACY.queue_pfn, ring.descAddress / PAGE);
    if (vector !== NO_VECTOR) this.queueVector(index, vector);
  }

  protected enableQueues(): void {}

  protected deactivateQueue(index: number): void {
    if (this.msixEnabled) {
      this.queueVector(index, NO_VECTOR);
      // The read flushes the write out to the device.
      this.readIsr();
    }
    this.#select(index);
    this.#bar.store(LEGACY.queue_pfn, 0);
  }

  #select(index: number): void {
    this.#bar.store(LEGACY.queue_sel, index);
  }

  #configOffset(): number {
    return this.msixEnabled ? CONFIG_OFFSET_MSIX : CONFIG_OFFSET;
  }
}
