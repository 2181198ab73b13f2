import { CONFIG, ConfigSpace } from "../../pci/config-space.ts";

/** Where the model puts its MSI-X structures: a BAR of their own. */
export const MSIX = { capability: 0x9c, bar: 2, tableOffset: 0, pbaOffset: 0x1000 } as const;
/** Where the three BARs lie after the firmware placed them. */
export const BAR_ADDRESSES = { bar0: 0xfebfe000, bar1: 0xfebff000, msix: 0xfebfc000 } as const;

const MSI_CAPABILITY = { id: 0x05, offset: 0x84, byteCount: 14 } as const;
const MSI_64BIT = 0x80;
const VENDOR_VMWARE = 0x15ad;
const DEVICE_VMXNET3 = 0x07b0;
const CLASS_ETHERNET = 0x020000;
/** I/O, memory and SERR# are on when the firmware hands over. */
const COMMAND_AT_BOOT = 0x103;
const COMMAND_WRITABLE = 0x547;

/**
 * Configuration space on a conventional PCI bus, as the firmware left it.
 * Source: QEMU 10.0, hw/net/vmxnet3.c, vmxnet3_class_init and vmxnet3_pci_realize.
 */
export function buildConfigSpace(): ConfigSpace {
  const config = new ConfigSpace(256);
  config
    .set(CONFIG.vendorId, 2, VENDOR_VMWARE)
    .set(CONFIG.deviceId, 2, DEVICE_VMXNET3)
    .set(CONFIG.command, 2, COMMAND_AT_BOOT)
    .allowWrites(CONFIG.command, 2, COMMAND_WRITABLE)
    .set(CONFIG.revision, 4, CLASS_ETHERNET * 256 + 1)
    .allowWrites(CONFIG.cacheLineSize, 1, 0xff)
    .allowWrites(CONFIG.latencyTimer, 1, 0xff)
    .set(CONFIG.bar0, 4, BAR_ADDRESSES.bar0)
    .set(CONFIG.bar0 + 4, 4, BAR_ADDRESSES.bar1)
    .set(CONFIG.bar0 + 8, 4, BAR_ADDRESSES.msix)
    .set(0x2c, 2, VENDOR_VMWARE)
    .set(0x2e, 2, DEVICE_VMXNET3)
    .allowWrites(CONFIG.interruptLine, 1, 0xff)
    .set(CONFIG.interruptPin, 1, 1);
  config.addCapability(MSI_CAPABILITY.id, MSI_CAPABILITY.offset, MSI_CAPABILITY.byteCount);
  return config.set(MSI_CAPABILITY.offset + 2, 2, MSI_64BIT);
}
