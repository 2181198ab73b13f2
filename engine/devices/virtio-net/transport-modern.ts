import type { Region, RegionState } from "../../registers/region.ts";
import { ACTORS } from "../../trace/actor.ts";
import { ExactRegisters, type ExactHandlers } from "../virtio/exact-registers.ts";
import { FEATURE } from "../virtio/feature.ts";
import type { VirtioDevice } from "../virtio/virtio-device.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import type { VirtioPciFunction } from "./pci-function.ts";
import { COMMON, ISR, MODERN_LAYOUT, NET_CONFIG } from "./registers.ts";

const MODEL = ACTORS.deviceModel.code;
/** Queues that a virtio device may have in QEMU (VIRTIO_QUEUE_MAX). */
const QUEUE_MAX = 1024;
const NAME = "virtio-net";
const SOURCE = 'OASIS virtio 1.2, 4.1.4 "Virtio Structure PCI Capabilities"';

/** What the transport keeps of a queue until it is enabled. */
class QueueSettings {
  num = 0;
  enabled = 0;
  reset = 0;
  descLow = 0;
  descHigh = 0;
  driverLow = 0;
  driverHigh = 0;
  deviceLow = 0;
  deviceHigh = 0;

  clear(): void {
    this.num = 0;
    this.enabled = 0;
    this.reset = 0;
    this.descLow = 0;
    this.descHigh = 0;
    this.driverLow = 0;
    this.driverHigh = 0;
    this.deviceLow = 0;
    this.deviceHigh = 0;
  }
}

/** The four regions of the modern interface: hw/virtio/virtio-pci.c, virtio_pci_common_* and others. */
export class ModernTransport {
  readonly common: Region;
  readonly isr: Region;
  readonly device: Region;
  readonly notify: Region;
  readonly #device: VirtioDevice;
  readonly #function: VirtioPciFunction;
  readonly #settings: readonly QueueSettings[];
  readonly #none = new QueueSettings();
  #deviceFeatureSelect = 0;
  #driverFeatureSelect = 0;
  #driverFeaturesLow = 0;
  #driverFeaturesHigh = 0;

  constructor(device: VirtioDevice, pci: VirtioPciFunction) {
    this.#device = device;
    this.#function = pci;
    this.#settings = device.queues.map(() => new QueueSettings());
    const shared = {
      byteCount: MODERN_LAYOUT.regionBytes,
      device: this,
      unknownValue: 0,
      version: () => device.changeCount,
    };
    this.common = new ExactRegisters(COMMON, COMMON_HANDLERS, {
      ...shared,
      name: `virtio-pci-common-${NAME}`,
      sheet: { title: "virtio common configuration", actor: MODEL, source: SOURCE },
      unknown: (offset, sizeBytes, write) => this.#unknown("common", offset, sizeBytes, write),
    });
    this.isr = new ExactRegisters(ISR, ISR_HANDLERS, {
      ...shared,
      name: `virtio-pci-isr-${NAME}`,
      sheet: { title: "virtio ISR status", actor: MODEL, source: SOURCE },
      unknown: (offset, sizeBytes, write) => this.#unknown("isr", offset, sizeBytes, write),
    });
    this.device = new DeviceConfigRegion(device, `virtio-pci-device-${NAME}`);
    this.notify = new NotifyRegion(device, `virtio-pci-notify-${NAME}`);
  }

  /** The settings of the selected queue; of one that does not exist, nothing is kept. */
  get selected(): QueueSettings {
    return this.#settings[this.#device.queueSelect] ?? this.#none;
  }

  /** The selected queue, if it exists. */
  get queue(): VirtioQueue | undefined {
    return this.#device.queues[this.#device.queueSelect];
  }

  get virtio(): VirtioDevice {
    return this.#device;
  }

  get pci(): VirtioPciFunction {
    return this.#function;
  }

  get deviceFeatureSelect(): number {
    return this.#deviceFeatureSelect;
  }

  set deviceFeatureSelect(value: number) {
    this.#deviceFeatureSelect = value;
  }

  get driverFeatureSelect(): number {
    return this.#driverFeatureSelect;
  }

  set driverFeatureSelect(value: number) {
    this.#driverFeatureSelect = value;
  }

  get deviceFeature(): number {
    const { hostFeatures } = this.#device;
    if (this.#deviceFeatureSelect === 0) return (hostFeatures.low & ~LEGACY_LOW) >>> 0;
    return this.#deviceFeatureSelect === 1 ? hostFeatures.high : 0;
  }

  get driverFeature(): number {
    if (this.#driverFeatureSelect === 0) return this.#driverFeaturesLow;
    return this.#driverFeatureSelect === 1 ? this.#driverFeaturesHigh : 0;
  }

  set driverFeature(value: number) {
    if (this.#driverFeatureSelect > 1) return;
    if (this.#driverFeatureSelect === 0) this.#driverFeaturesLow = value >>> 0;
    else this.#driverFeaturesHigh = value >>> 0;
    this.#device.setFeatures(this.#driverFeaturesLow, this.#driverFeaturesHigh);
  }

  /** A store to device_status; 0 resets device and transport. */
  writeStatus(value: number): void {
    this.#device.writeStatus(value);
    if (this.#device.status !== 0) return;
    this.#device.reset();
    for (const settings of this.#settings) settings.clear();
  }

  /** A store to queue_size: sizes that cannot be are ignored. */
  writeQueueSize(value: number): void {
    const size = value & 0xffff;
    this.selected.num = size;
    this.#setRingSize(size);
    this.queue?.ring.map();
  }

  /** A store to queue_enable. */
  writeQueueEnable(value: number): void {
    if (value !== 1) {
      this.#device.fail("queueEnable", value);
      return;
    }
    const { queue, selected } = this;
    if (queue === undefined) {
      this.#device.refuse(
        "virtio-pci: a queue that does not exist is enabled",
        this.#device.queueSelect,
      );
      return;
    }
    if (selected.enabled === 1) {
      this.#device.refuse("virtio-pci: a queue is enabled twice", this.#device.queueSelect);
    }
    this.#setRingSize(selected.num);
    queue.ring.setRings(
      selected.descHigh * 4294967296 + selected.descLow,
      selected.driverHigh * 4294967296 + selected.driverLow,
      selected.deviceHigh * 4294967296 + selected.deviceLow,
    );
    selected.enabled = 1;
    selected.reset = 0;
  }

  /** A store to queue_reset. */
  writeQueueReset(value: number): void {
    const { queue } = this;
    if (value !== 1 || queue === undefined) return;
    this.#device.resetQueue(queue);
    this.selected.reset = 0;
    this.selected.enabled = 0;
  }

  #setRingSize(size: number): void {
    const ring = this.queue?.ring;
    if (ring === undefined || size === 0 || size > ring.numDefault) return;
    ring.num = size;
  }

  #unknown(region: string, offset: number, sizeBytes: number, write: boolean): void {
    const what = `virtio-pci: ${region}: ${write ? "store to" : "load of"} no register`;
    this.#device.machine.guestError(MODEL, what, offset, sizeBytes);
  }
}

/** Bits that the modern interface does not show: GSO, NOTIFY_ON_EMPTY, ANY_LAYOUT, UNUSED. */
const LEGACY_LOW =
  ((1 << FEATURE.GSO) |
    (1 << FEATURE.NOTIFY_ON_EMPTY) |
    (1 << FEATURE.ANY_LAYOUT) |
    (1 << FEATURE.UNUSED)) >>>
  0;

const COMMON_HANDLERS: ExactHandlers<typeof COMMON, ModernTransport> = {
  device_feature_select: {
    read: (t) => t.deviceFeatureSelect,
    write: (t, value) => (t.deviceFeatureSelect = value),
  },
  device_feature: { read: (t) => t.deviceFeature },
  driver_feature_select: {
    read: (t) => t.driverFeatureSelect,
    write: (t, value) => (t.driverFeatureSelect = value),
  },
  driver_feature: { read: (t) => t.driverFeature, write: (t, value) => (t.driverFeature = value) },
  config_msix_vector: {
    read: (t) => t.virtio.configVector,
    write: (t, value) => (t.virtio.configVector = t.pci.checkVector(value)),
  },
  num_queues: { read: (t) => t.virtio.queues.length },
  device_status: { read: (t) => t.virtio.status, write: (t, value) => t.writeStatus(value) },
  config_generation: { read: (t) => t.virtio.generation },
  queue_select: {
    read: (t) => t.virtio.queueSelect,
    write: (t, value) => {
      if (value < QUEUE_MAX) t.virtio.queueSelect = value;
    },
  },
  queue_size: {
    read: (t) => t.queue?.ring.num ?? 0,
    write: (t, value) => t.writeQueueSize(value),
  },
  queue_msix_vector: {
    read: (t) => t.queue?.vector ?? 0xffff,
    write: (t, value) => {
      if (t.queue !== undefined) t.queue.vector = t.pci.checkVector(value);
    },
  },
  queue_enable: {
    read: (t) => t.selected.enabled,
    write: (t, value) => t.writeQueueEnable(value),
  },
  queue_notify_off: { read: (t) => t.virtio.queueSelect },
  queue_desc_lo: {
    read: (t) => t.selected.descLow,
    write: (t, value) => (t.selected.descLow = value),
  },
  queue_desc_hi: {
    read: (t) => t.selected.descHigh,
    write: (t, value) => (t.selected.descHigh = value),
  },
  queue_driver_lo: {
    read: (t) => t.selected.driverLow,
    write: (t, value) => (t.selected.driverLow = value),
  },
  queue_driver_hi: {
    read: (t) => t.selected.driverHigh,
    write: (t, value) => (t.selected.driverHigh = value),
  },
  queue_device_lo: {
    read: (t) => t.selected.deviceLow,
    write: (t, value) => (t.selected.deviceLow = value),
  },
  queue_device_hi: {
    read: (t) => t.selected.deviceHigh,
    write: (t, value) => (t.selected.deviceHigh = value),
  },
  queue_reset: { read: (t) => t.selected.reset, write: (t, value) => t.writeQueueReset(value) },
};

const ISR_HANDLERS: ExactHandlers<typeof ISR, ModernTransport> = {
  isr: { peek: (t) => t.virtio.isr, read: (t) => t.pci.readIsr(), write: () => {} },
};

/** Device-specific configuration; what lies beyond it reads as ones. */
class DeviceConfigRegion implements Region {
  readonly name: string;
  readonly byteCount = MODERN_LAYOUT.regionBytes;
  readonly #device: VirtioDevice;

  constructor(device: VirtioDevice, name: string) {
    this.#device = device;
    this.name = name;
  }

  get state(): RegionState {
    return {
      title: "virtio device configuration",
      actor: MODEL,
      source: 'OASIS virtio 1.2, 5.1.4 "Device configuration layout"',
      tables: [NET_CONFIG],
      peek: (offset) => peekDeviceConfig(this.#device, offset),
      version: () => this.#device.changeCount,
    };
  }

  read(offset: number, sizeBytes: number): number {
    return readDeviceConfig(this.#device, offset, sizeBytes);
  }

  write(offset: number, sizeBytes: number, value: number): void {
    if (offset + sizeBytes <= this.#device.configBytes) {
      this.#device.writeConfig(offset, sizeBytes, value);
    }
  }
}

/** What the field of device-specific configuration at an offset holds. */
export function peekDeviceConfig(device: VirtioDevice, offset: number): number {
  const low = device.readConfig(offset);
  return offset < NET_CONFIG.status.offset ? low : low + device.readConfig(offset + 1) * 256;
}

/** A load of device-specific configuration: virtio_config_readb and its siblings. */
export function readDeviceConfig(device: VirtioDevice, offset: number, sizeBytes: number): number {
  if (offset + sizeBytes > device.configBytes) {
    device.refuse("virtio: load beyond the device's configuration", offset, sizeBytes);
    return 256 ** Math.min(sizeBytes, 4) - 1;
  }
  let value = 0;
  for (let i = 0; i < sizeBytes; i++) value += device.readConfig(offset + i) * 256 ** i;
  return value;
}

/** Doorbells: one for each queue, told apart by their place alone. */
class NotifyRegion implements Region {
  readonly name: string;
  readonly byteCount = MODERN_LAYOUT.regionBytes;
  readonly #device: VirtioDevice;

  constructor(device: VirtioDevice, name: string) {
    this.#device = device;
    this.name = name;
  }

  /** virtio 1.2, 4.1.4.4: a queue's notification is a store to its own place. */
  nameOf(offset: number): string {
    return `notify[${Math.floor(offset / MODERN_LAYOUT.notifyMultiplier)}]`;
  }

  read(): number {
    return 0;
  }

  write(offset: number): void {
    this.#device.queueNotify(Math.floor(offset / MODERN_LAYOUT.notifyMultiplier));
  }
}
