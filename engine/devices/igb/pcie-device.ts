import { PciDevice } from "../../guest/pci-device.ts";

const COMMAND = 0x04;
const STATUS = 0x06;
const CAPABILITIES = 0x34;
const INTERRUPT_PIN = 0x3d;
const COMMAND_MEMORY = 2;
const COMMAND_MASTER = 4;
const COMMAND_INTX_DISABLE = 0x400;
const EXPRESS = 0xa0;
const ERROR_REPORTING = 0x100;
const CAPABILITY_LIST = 0x10;
const CAPABILITY_MAX = 48;

/** Capability IDs that Linux looks for here. */
export const CAPABILITY_ID = {
  power: 0x01,
  msi: 0x05,
  pcix: 0x07,
  vpd: 0x03,
  enhancedAllocation: 0x14,
  msix: 0x11,
  express: 0x10,
  subsystem: 0x0d,
  agp: 0x02,
} as const;

/** Extended capability IDs that Linux looks for here. */
export const EXTENDED_ID = {
  none: 0xffff,
  errorReporting: 0x01,
  virtualChannel: 0x02,
  ari: 0x0e,
  ats: 0x0f,
  sriov: 0x10,
} as const;

/**
 * Linux's PCI core for a PCI Express function, access for access: drivers/pci/pci.c. What Linux
 * cached at enumeration is not read again.
 */
export class PcieDevice extends PciDevice {
  /** `pci_enable_device_mem`: port decoding stays as it is (pcibios_enable_device). */
  override enable(): void {
    const command = this.config.read(COMMAND, 2);
    if ((command & COMMAND_MEMORY) === 0) this.config.write(COMMAND, 2, command | COMMAND_MEMORY);
    if (this.config.read(INTERRUPT_PIN, 1) === 0) return;
    const again = this.config.read(COMMAND, 2);
    if ((again & COMMAND_INTX_DISABLE) !== 0) {
      this.config.write(COMMAND, 2, again & ~COMMAND_INTX_DISABLE);
    }
  }

  /** `pci_set_master`; an Express function has no latency timer. */
  override setMaster(): void {
    const command = this.config.read(COMMAND, 2);
    if ((command & COMMAND_MASTER) === 0) this.config.write(COMMAND, 2, command | COMMAND_MASTER);
  }

  /** `pci_disable_device`: bus mastering off. */
  disable(): void {
    this.clearMaster();
  }

  /** `pci_set_power_state` to D0, as enabling does it: reads the power management register. */
  readPowerState(powerOffset: number): void {
    this.config.read(powerOffset + 4, 2);
  }

  /** `pci_find_capability`: walks the list until `id` or its end; offset or 0. */
  findCapability(id: number): number {
    if ((this.config.read(STATUS, 2) & CAPABILITY_LIST) === 0) return 0;
    let at = this.config.read(CAPABILITIES, 1);
    for (let n = 0; n < CAPABILITY_MAX && at >= 0x40; n++) {
      const entry = this.config.read(at, 2);
      if ((entry & 0xff) === id) return at;
      at = entry >> 8;
    }
    return 0;
  }

  /** `pci_find_ext_capability`: walks the extended list until `id` or its end; offset or 0. */
  findExtendedCapability(id: number): number {
    let at = ERROR_REPORTING;
    for (let n = 0; n < CAPABILITY_MAX && at >= ERROR_REPORTING; n++) {
      const header = this.config.read(at, 4);
      if ((header & 0xffff) === id) return at;
      at = header >>> 20;
    }
    return 0;
  }

  /**
   * `pci_save_state`: the header, PCI Express registers, then what the other capabilities would
   * need, most of which this function does not have.
   */
  saveState(): void {
    const { config } = this;
    for (let offset = 0; offset < 0x40; offset += 4) config.read(offset, 4);
    for (const register of [0x08, 0x10, 0x28, 0x30]) config.read(EXPRESS + register, 2);
    this.findExtendedCapability(EXTENDED_ID.none);
    this.findCapability(CAPABILITY_ID.pcix);
    for (const register of [0x08, 0x0c, 0x14, 0x18]) config.read(ERROR_REPORTING + register, 4);
    // Downstream port containment, precision time, virtual channels: none of them is there.
    for (let n = 0; n < 3; n++) this.findExtendedCapability(EXTENDED_ID.none);
  }
}
