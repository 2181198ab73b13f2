import { VirtioNetDevice } from "../../../../engine/devices/virtio-net/device.ts";
import {
  DEFAULT_OPTIONS,
  type VirtioNetOptions,
} from "../../../../engine/devices/virtio-net/options.ts";
import { VirtioPciFunction } from "../../../../engine/devices/virtio-net/pci-function.ts";
import { COMMON, LEGACY } from "../../../../engine/devices/virtio-net/registers.ts";
import { LegacyTransport } from "../../../../engine/devices/virtio-net/transport-legacy.ts";
import { ModernTransport } from "../../../../engine/devices/virtio-net/transport-modern.ts";
import { FEATURE, type FeatureName } from "../../../../engine/devices/virtio/feature.ts";
import { Wire } from "../../../../engine/host/wire.ts";
import { Machine } from "../../../../engine/machine.ts";
import { CONFIG } from "../../../../engine/pci/config-space.ts";
import { guestErrors } from "./a-nic.ts";

/** Entries of a raw guest's queues. */
export const NUM = 8;
/** Bytes of guest memory. */
export const GUEST_BYTES = 4 << 20;
/** Where buffers of tests may lie. */
export const BUFFER = 0x20_0000;
/** Queue numbers. */
export const RX = 0;
export const TX = 1;
export const CTRL = 2;

/** A descriptor as a test writes it. */
export interface RawDescriptor {
  readonly address?: number;
  readonly byteCount: number;
  readonly flags?: number;
  readonly next?: number;
}

/**
 * A guest without a driver: it writes split rings byte by byte and knocks on registers, so that a
 * test can be as wrong as it likes.
 */
export class RawGuest {
  readonly machine = new Machine({ guestBytes: GUEST_BYTES });
  readonly wire = new Wire(this.machine);
  readonly device: VirtioNetDevice;
  readonly pci: VirtioPciFunction;
  readonly modern: ModernTransport;
  readonly legacy: LegacyTransport;
  readonly view = this.machine.memory.view;
  /** Frames that left. */
  readonly sent: Uint8Array[] = [];
  readonly #areas = [0, 1, 2].map(() => this.machine.memory.allocate(4096, 4096));
  readonly #offered = [0, 0, 0];

  constructor(options: Partial<VirtioNetOptions> = {}) {
    const all = { ...DEFAULT_OPTIONS, queueSize: NUM, ioeventfd: false, ...options };
    this.device = new VirtioNetDevice(this.machine, this.wire, all);
    this.pci = new VirtioPciFunction(this.machine, this.device, all);
    this.modern = new ModernTransport(this.device, this.pci);
    this.legacy = new LegacyTransport(this.device, this.pci);
    const { bytes } = this.machine.memory;
    this.wire.onTransmit = (at, byteCount) => this.sent.push(bytes.slice(at, at + byteCount));
    this.pci.config.write(CONFIG.command, 2, 0x107);
  }

  /** Loads a register of the common configuration. */
  get(name: keyof typeof COMMON): number {
    return this.modern.common.read(COMMON[name].offset, COMMON[name].bytes);
  }

  /** Stores to a register of the common configuration. */
  set(name: keyof typeof COMMON, value: number): void {
    this.modern.common.write(COMMON[name].offset, COMMON[name].bytes, value);
  }

  /** Loads a register of the legacy interface. */
  getLegacy(name: keyof typeof LEGACY): number {
    return this.legacy.read(LEGACY[name].offset, LEGACY[name].bytes);
  }

  /** Stores to a register of the legacy interface. */
  setLegacy(name: keyof typeof LEGACY, value: number): void {
    this.legacy.write(LEGACY[name].offset, LEGACY[name].bytes, value);
  }

  /** Agrees on features and starts the device with its three queues; VERSION_1 unless told. */
  start(features: readonly FeatureName[] = ["VERSION_1", "CTRL_VQ"]): this {
    this.set("device_status", 3);
    this.accept(features);
    this.set("device_status", 11);
    for (const queue of [RX, TX, CTRL]) this.enable(queue);
    this.set("device_status", 15);
    return this;
  }

  /** Writes both words of the driver's features. */
  accept(features: readonly FeatureName[]): void {
    const words = [0, 0];
    for (const name of features) {
      const bit = FEATURE[name];
      words[bit >> 5] = ((words[bit >> 5] as number) | (1 << (bit & 31))) >>> 0;
    }
    for (const [select, word] of words.entries()) {
      this.set("driver_feature_select", select);
      this.set("driver_feature", word);
    }
  }

  /** Tells the device where a queue lies and enables it. */
  enable(queue: number): void {
    this.set("queue_select", queue);
    this.set("queue_size", NUM);
    this.set("queue_desc_lo", this.area(queue));
    this.set("queue_driver_lo", this.area(queue) + 0x400);
    this.set("queue_device_lo", this.area(queue) + 0x800);
    this.set("queue_enable", 1);
  }

  /** Where a queue's descriptors lie; the available ring is 0x400 on, the used ring 0x800. */
  area(queue: number): number {
    return this.#areas[queue] as number;
  }

  /** Writes a chain from descriptor 0 on and makes it available; flags default to a chain's. */
  offer(queue: number, chain: readonly RawDescriptor[]): void {
    for (const [index, what] of chain.entries()) this.descriptor(queue, index, what, chain.length);
    this.offerHead(queue, 0);
  }

  /** Makes a head available. */
  offerHead(queue: number, head: number): void {
    const count = this.#offered[queue] as number;
    const avail = this.area(queue) + 0x400;
    this.view.setUint16(avail + 4 + 2 * (count % NUM), head, true);
    this.#offered[queue] = count + 1;
    this.view.setUint16(avail + 2, count + 1, true);
  }

  /** Writes one descriptor. */
  descriptor(queue: number, index: number, what: RawDescriptor, chainLength = index + 1): void {
    const at = this.area(queue) + 16 * index;
    const { address = BUFFER, byteCount, flags = 0, next = index + 1 } = what;
    this.view.setUint32(at, address % 4294967296, true);
    this.view.setUint32(at + 4, Math.floor(address / 4294967296), true);
    this.view.setUint32(at + 8, byteCount, true);
    this.view.setUint16(at + 12, flags | (index < chainLength - 1 ? 1 : 0), true);
    this.view.setUint16(at + 14, next, true);
  }

  /** Rings a queue's doorbell and lets the device work. */
  kick(queue: number): void {
    this.modern.notify.write(4 * queue, 2, queue);
    this.machine.run();
  }

  /** Index of a queue's used ring. */
  usedIndex(queue: number): number {
    return this.view.getUint16(this.area(queue) + 0x802, true);
  }

  /** Bytes that the device reported for a used entry. */
  usedBytes(queue: number, entry: number): number {
    return this.view.getUint32(this.area(queue) + 0x808 + 8 * entry, true);
  }

  /** Executes a control command and gives its status byte. */
  control(command: readonly number[]): number {
    this.machine.memory.bytes.set(command, BUFFER);
    this.machine.memory.bytes[BUFFER + 0x1000] = 0xee;
    this.offer(CTRL, [
      { byteCount: command.length },
      { address: BUFFER + 0x1000, byteCount: 1, flags: 2 },
    ]);
    this.kick(CTRL);
    return this.machine.memory.bytes[BUFFER + 0x1000] as number;
  }

  /** A frame of this size arrives. */
  arrive(frame: Uint8Array): void {
    this.wire.arrive(frame, 1);
    this.machine.run();
  }

  /** What guestError rows said, in order. */
  get errors(): string[] {
    return guestErrors(this.machine);
  }
}
