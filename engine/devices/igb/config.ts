import { ConfigSpace } from "../../pci/config-space.ts";

/** Offsets of capabilities, the same in PF and VF where both have them. */
export const CAPABILITY = {
  power: 0x40,
  msi: 0x50,
  msix: 0x70,
  express: 0xa0,
  errorReporting: 0x100,
  ari: 0x150,
  sriov: 0x160,
} as const;

/** Where the recorded guest found the NIC's regions; the VF's BARs follow each other by size. */
export const ADDRESSES = {
  mmio: 0xfe60_0000,
  flash: 0xfe62_0000,
  io: 0xc000,
  msix: 0xfe64_0000,
  vfMmio: 0xfea0_0000,
  vfMsix: 0xfea2_0000,
} as const;

/** Size of each VF's register BAR, and of its MSI-X BAR. */
export const VF_BAR_BYTES = 0x4000;
/** Device ID of the virtual functions. */
export const VF_DEVICE_ID = 0x10ca;
/** Routing IDs: first VF 0x80 after the PF, then every second one. */
export const VF_ROUTING = { first: 0x80, stride: 2 } as const;

const INTEL = 0x8086;
const SUBSYSTEM = 0x1100_1af4;
const CLASS_REVISION = 0x0200_0001;
const COMMAND_MASK = 0x0547;
const EXPRESS_BYTES = 0x3c;

/** What PF and VF have in common: class, subsystem, PCI Express, error reporting, ARI. */
function commonConfig(nextAfterAri: number): ConfigSpace {
  const config = new ConfigSpace(4096);
  config
    .set(0x08, 4, CLASS_REVISION)
    .set(0x2c, 4, SUBSYSTEM)
    .allowWrites(0x04, 2, COMMAND_MASK)
    .set(CAPABILITY.errorReporting, 4, 0x0001_0001 | (CAPABILITY.ari << 20))
    .set(CAPABILITY.errorReporting + 0x08, 4, 0x0240_0000)
    .set(CAPABILITY.errorReporting + 0x0c, 4, 0x0046_2030)
    .set(CAPABILITY.errorReporting + 0x14, 4, 0xe000)
    .set(CAPABILITY.errorReporting + 0x18, 4, 0xa0)
    .set(CAPABILITY.ari, 4, 0x0001_000e | (nextAfterAri << 20));
  return config;
}

/** Links the PCI Express capability: an endpoint, version 2, one lane at 2.5 GT/s. */
export function addExpress(config: ConfigSpace): void {
  const at = CAPABILITY.express;
  config.addCapability(0x10, at, EXPRESS_BYTES);
  config
    .set(at + 0x02, 2, 0x0002)
    .set(at + 0x04, 4, 0x1000_8020)
    .set(at + 0x0c, 4, 0x0411)
    .set(at + 0x12, 2, 0x0011)
    .set(at + 0x24, 4, 0x0030_0000);
}

/**
 * Configuration space of the physical function as the guest's firmware leaves it; MSI-X and SR-IOV
 * are added by whoever owns them. PCI Express comes first because capabilities are linked at the
 * head of the list.
 */
export function pfConfig(): ConfigSpace {
  const config = commonConfig(CAPABILITY.sriov);
  config
    .set(0x00, 2, INTEL)
    .set(0x02, 2, 0x10c9)
    .set(0x04, 2, 0x0103)
    .set(0x10, 4, ADDRESSES.mmio)
    .set(0x14, 4, ADDRESSES.flash)
    .set(0x18, 4, ADDRESSES.io + 1)
    .set(0x1c, 4, ADDRESSES.msix + 4)
    .set(0x3c, 1, 10)
    .set(0x3d, 1, 1);
  addExpress(config);
  return config;
}

/** Links MSI and power management, which lie before MSI-X in the PF's list. */
export function addPfTail(config: ConfigSpace): void {
  config.addCapability(0x05, CAPABILITY.msi, 0x18);
  config.set(CAPABILITY.msi + 2, 2, 0x0180);
  config.addCapability(0x01, CAPABILITY.power, 8);
  config.set(CAPABILITY.power + 2, 2, 0x0022).allowWrites(CAPABILITY.power + 4, 2, 0x8103);
}

/** Configuration space of a virtual function: its identifiers read as ones (SR-IOV 1.1, 3.4.1). */
export function vfConfig(): ConfigSpace {
  const config = commonConfig(0);
  config.set(0x00, 4, 0xffff_ffff);
  return config;
}
