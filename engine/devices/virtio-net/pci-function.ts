import type { Machine } from "../../machine.ts";
import { CONFIG, ConfigSpace } from "../../pci/config-space.ts";
import { Msix } from "../../pci/msix.ts";
import type { IoApicPin } from "../../cpu/io-apic.ts";
import { ACTORS } from "../../trace/actor.ts";
import { NO_VECTOR } from "../virtio/virtio-queue.ts";
import type { VirtioDevice, VirtioTransport } from "../virtio/virtio-device.ts";
import type { VirtioNetOptions } from "./options.ts";
import { CAP, CAP_ID, CAP_TYPE, MODERN_LAYOUT } from "./registers.ts";

const MODEL = ACTORS.deviceModel.code;
const VENDOR_ID = 0x1af4;
const SUBSYSTEM_VENDOR = 0x2c;
const SUBSYSTEM_ID = 0x2e;
const CLASS_NETWORK = 0x02;
const COMMAND_MASTER = 4;
/** What firmware leaves in Command: ports, memory, SERR#. */
const COMMAND_AT_BOOT = 0x103;
const COMMAND_WRITABLE = 0x507;
/** BARs as QEMU lays them out: hw/virtio/virtio-pci.c, virtio_pci_realize. */
export const BAR_NUMBER = { legacy: 0, msix: 1, modern: 4 } as const;

/**
 * The PCI function around a virtio device: configuration space with its capabilities, MSI-X or
 * INTx. hw/virtio/virtio-pci.c, virtio_pci_device_plugged. The capability that gives access to the
 * BARs through configuration space (VIRTIO_PCI_CAP_PCI_CFG) is listed, and does nothing.
 */
export class VirtioPciFunction implements VirtioTransport {
  readonly config = new ConfigSpace();
  /** MSI-X, if the function has any vectors. */
  readonly msix: Msix | undefined;
  /** Offset of the MSI-X capability, or 0. */
  readonly msixOffset: number;
  readonly #device: VirtioDevice;
  readonly #pin: IoApicPin;

  constructor(machine: Machine, device: VirtioDevice, options: VirtioNetOptions) {
    this.#device = device;
    this.#pin = machine.pin(options.gsi, MODEL);
    this.#header(options);
    const end = options.interface === "legacy" ? 0x40 : this.#capabilities();
    this.msixOffset = options.vectors > 0 ? end : 0;
    if (options.vectors > 0) {
      this.msix = new Msix(machine, this.config, {
        vectorCount: options.vectors,
        capabilityOffset: end,
        table: { bar: BAR_NUMBER.msix, offset: 0 },
        pba: { bar: BAR_NUMBER.msix, offset: 0x800 },
        actor: MODEL,
      });
    }
    this.config.onWrite((offset, sizeBytes) => this.#written(offset, sizeBytes));
    device.attach(this);
  }

  /** Whether MSI-X is switched on: INTx is then never asserted. */
  get msixEnabled(): boolean {
    return this.msix?.enabled === true;
  }

  interrupt(vector: number): void {
    if (this.msix?.enabled === true) {
      if (vector !== NO_VECTOR) this.msix.notify(vector);
    } else this.#pin.setLevel((this.#device.isr & 1) !== 0);
  }

  /** The driver reads the ISR: it is cleared, and INTx falls. */
  readIsr(): number {
    const { isr } = this.#device;
    this.#device.isr = 0;
    this.#pin.setLevel(false);
    return isr;
  }

  /** The vector as the device keeps it: one that the table does not have is none. */
  checkVector(vector: number): number {
    return vector < (this.msix?.vectorCount ?? 0) ? vector : NO_VECTOR;
  }

  #header(options: VirtioNetOptions): void {
    const modern = options.interface === "modern";
    this.config
      .set(CONFIG.vendorId, 2, VENDOR_ID)
      .set(CONFIG.deviceId, 2, modern ? 0x1041 : 0x1000)
      .set(CONFIG.command, 2, COMMAND_AT_BOOT)
      .allowWrites(CONFIG.command, 2, COMMAND_WRITABLE)
      .set(CONFIG.revision, 1, modern ? 1 : 0)
      .set(CONFIG.revision + 3, 1, CLASS_NETWORK)
      .allowWrites(CONFIG.cacheLineSize, 1, 0xff)
      .set(SUBSYSTEM_VENDOR, 2, VENDOR_ID)
      .set(SUBSYSTEM_ID, 2, modern ? 0x1100 : 1)
      .allowWrites(CONFIG.interruptLine, 1, 0xff)
      .set(CONFIG.interruptPin, 1, 1);
  }

  /** Adds the five virtio capabilities and returns the offset behind them. */
  #capabilities(): number {
    const { common, isr, device, notify } = MODERN_LAYOUT;
    this.#capability(0x40, CAP_TYPE.common, 16, common);
    this.#capability(0x50, CAP_TYPE.isr, 16, isr);
    this.#capability(0x60, CAP_TYPE.device, 16, device);
    this.#capability(0x70, CAP_TYPE.notify, 20, notify);
    this.config.set(0x70 + CAP.multiplier, 4, MODERN_LAYOUT.notifyMultiplier);
    this.config.addCapability(CAP_ID.vendor, 0x84, 20);
    this.config.set(0x84 + CAP.length, 1, 20).set(0x84 + CAP.type, 1, CAP_TYPE.pciConfig);
    return 0x98;
  }

  #capability(at: number, type: number, byteCount: number, offset: number): void {
    this.config.addCapability(CAP_ID.vendor, at, byteCount);
    this.config
      .set(at + CAP.length, 1, byteCount)
      .set(at + CAP.type, 1, type)
      .set(at + CAP.bar, 1, BAR_NUMBER.modern)
      .set(at + CAP.offset, 4, offset)
      .set(at + CAP.size, 4, MODERN_LAYOUT.regionBytes);
  }

  #written(offset: number, sizeBytes: number): void {
    if (offset <= CONFIG.command && offset + sizeBytes > CONFIG.command) {
      this.#device.setMaster((this.config.get(CONFIG.command, 2) & COMMAND_MASTER) !== 0);
    }
    this.msix?.configWritten();
  }
}
