import type { Register } from "../../registers/define.ts";
import type { Region, RegionState } from "../../registers/region.ts";
import { ACTORS } from "../../trace/actor.ts";
import { ExactRegisters, type ExactHandlers } from "../virtio/exact-registers.ts";
import { FEATURE } from "../virtio/feature.ts";
import { DESC_BYTES, usedOffset } from "../virtio/ring-layout.ts";
import type { VirtioDevice } from "../virtio/virtio-device.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import type { VirtioPciFunction } from "./pci-function.ts";
import { LEGACY, LEGACY_MSIX, NET_CONFIG } from "./registers.ts";
import { peekDeviceConfig, readDeviceConfig } from "./transport-modern.ts";

const QUEUE_MAX = 1024;
const PAGE = 4096;
/** Alignment of the used ring: virtio 1.2, 4.1.5.1.3.1 "Legacy Interface: Queue Alignment". */
const ALIGNMENT = 4096;
/** First byte behind the registers, and behind them with MSI-X. */
const CONFIG_OFFSET = 0x14;
const CONFIG_OFFSET_MSIX = 0x18;

type PeekedRegion = Region & Pick<RegionState, "peek">;

const SHEET = {
  title: "virtio legacy registers",
  actor: ACTORS.deviceModel.code,
  source: 'OASIS virtio 1.2, 4.1.4.10 "Legacy Interfaces: A Note on PCI Device Layout"',
};

/**
 * The legacy interface in port I/O: hw/virtio/virtio-pci.c, virtio_ioport_read and _write. Where
 * the device's configuration begins depends on whether MSI-X is enabled.
 */
export class LegacyTransport implements Region {
  readonly name = "virtio-pci";
  readonly byteCount: number;
  readonly #device: VirtioDevice;
  readonly #function: VirtioPciFunction;
  readonly #registers: PeekedRegion;
  readonly #vectors: PeekedRegion;

  constructor(device: VirtioDevice, pci: VirtioPciFunction) {
    this.#device = device;
    this.#function = pci;
    const registersBytes = pci.msix === undefined ? CONFIG_OFFSET : CONFIG_OFFSET_MSIX;
    this.byteCount = 2 ** Math.ceil(Math.log2(registersBytes + device.configBytes));
    const shared = {
      name: this.name,
      device: this,
      sheet: SHEET,
      unknownValue: 0xffffffff,
      unknown: (offset: number, sizeBytes: number) =>
        device.refuse("virtio-pci: no such legacy register", offset, sizeBytes),
    };
    this.#registers = new ExactRegisters(LEGACY, HANDLERS, { ...shared, byteCount: CONFIG_OFFSET });
    this.#vectors = new ExactRegisters(LEGACY_MSIX, MSIX_HANDLERS, {
      ...shared,
      byteCount: CONFIG_OFFSET_MSIX,
    });
  }

  get state(): RegionState {
    const config = this.#configOffset();
    const behind = Object.entries<Register>(NET_CONFIG).map(
      ([name, register]) => [name, { ...register, offset: register.offset + config }] as const,
    );
    const vectors = this.#function.msixEnabled ? [LEGACY_MSIX] : [];
    return {
      ...SHEET,
      tables: [LEGACY, ...vectors, Object.fromEntries(behind)],
      peek: (offset) => this.#peek(offset),
      version: () => this.#device.changeCount,
    };
  }

  get virtio(): VirtioDevice {
    return this.#device;
  }

  get pci(): VirtioPciFunction {
    return this.#function;
  }

  /** The selected queue, if it exists. */
  get queue(): VirtioQueue | undefined {
    return this.#device.queues[this.#device.queueSelect];
  }

  read(offset: number, sizeBytes: number): number {
    const config = this.#configOffset();
    if (offset >= config) return readDeviceConfig(this.#device, offset - config, sizeBytes);
    return (offset < CONFIG_OFFSET ? this.#registers : this.#vectors).read(offset, sizeBytes);
  }

  write(offset: number, sizeBytes: number, value: number): void {
    const config = this.#configOffset();
    if (offset < config) {
      (offset < CONFIG_OFFSET ? this.#registers : this.#vectors).write(offset, sizeBytes, value);
    } else if (offset - config + sizeBytes <= this.#device.configBytes) {
      this.#device.writeConfig(offset - config, sizeBytes, value);
    }
  }

  /** A store to guest_features; bit 30 says that the guest did not look at what it accepts. */
  writeFeatures(value: number): void {
    const bad = ((value >>> FEATURE.UNUSED) & 1) !== 0;
    this.#device.setFeatures(bad ? BAD_FEATURES : value, 0);
  }

  /** A store to queue_pfn: 0 resets the whole device. */
  writePageNumber(value: number): void {
    if (value === 0) {
      this.#device.reset();
      return;
    }
    const ring = this.queue?.ring;
    if (ring === undefined) return;
    const desc = value * PAGE;
    ring.setRings(desc, desc + DESC_BYTES * ring.num, desc + usedOffset(ring.num, ALIGNMENT));
  }

  /** A store to device_status; 0 resets the device. */
  writeStatus(value: number): void {
    this.#device.writeStatus(value);
    if (this.#device.status === 0) this.#device.reset();
  }

  #peek(offset: number): number {
    const config = this.#configOffset();
    if (offset < CONFIG_OFFSET) return this.#registers.peek(offset);
    return offset < config
      ? this.#vectors.peek(offset)
      : peekDeviceConfig(this.#device, offset - config);
  }

  #configOffset(): number {
    return this.#function.msixEnabled ? CONFIG_OFFSET_MSIX : CONFIG_OFFSET;
  }
}

/** What Linux 2.6.25 understood: hw/net/virtio-net.c, virtio_net_bad_features. */
const BAD_FEATURES =
  (1 << FEATURE.MAC) |
  (1 << FEATURE.CSUM) |
  (1 << FEATURE.HOST_TSO4) |
  (1 << FEATURE.HOST_TSO6) |
  (1 << FEATURE.HOST_ECN);

const HANDLERS: ExactHandlers<typeof LEGACY, LegacyTransport> = {
  host_features: { read: (t) => t.virtio.hostFeatures.low },
  guest_features: {
    read: (t) => t.virtio.guestFeatures.low,
    write: (t, value) => t.writeFeatures(value),
  },
  queue_pfn: {
    read: (t) => Math.floor((t.queue?.ring.desc ?? 0) / PAGE),
    write: (t, value) => t.writePageNumber(value),
  },
  queue_num: { read: (t) => t.queue?.ring.num ?? 0 },
  queue_sel: {
    read: (t) => t.virtio.queueSelect,
    write: (t, value) => {
      if (value < QUEUE_MAX) t.virtio.queueSelect = value;
    },
  },
  queue_notify: { write: (t, value) => t.virtio.queueNotify(value & 0xffff) },
  device_status: { read: (t) => t.virtio.status, write: (t, value) => t.writeStatus(value) },
  isr: { peek: (t) => t.virtio.isr, read: (t) => t.pci.readIsr() },
};

const MSIX_HANDLERS: ExactHandlers<typeof LEGACY_MSIX, LegacyTransport> = {
  config_msix_vector: {
    read: (t) => t.virtio.configVector,
    write: (t, value) => (t.virtio.configVector = t.pci.checkVector(value)),
  },
  queue_msix_vector: {
    read: (t) => t.queue?.vector ?? 0xffff,
    write: (t, value) => {
      if (t.queue !== undefined) t.queue.vector = t.pci.checkVector(value);
    },
  },
};
