import { defineRegisters } from "../../registers/define.ts";

/**
 * Common configuration structure: virtio 1.2, 4.1.4.3 "Common configuration structure layout". The
 * 64-bit addresses are written in two halves.
 */
export const COMMON = defineRegisters({
  device_feature_select: {
    offset: 0x00,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Which 32 bits device_feature shows",
  },
  device_feature: {
    offset: 0x04,
    bytes: 4,
    access: "ro",
    fidelity: "modelled",
    doc: "Features that the device offers",
  },
  driver_feature_select: {
    offset: 0x08,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Which 32 bits driver_feature holds",
  },
  driver_feature: {
    offset: 0x0c,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Features that the driver accepts",
  },
  config_msix_vector: {
    offset: 0x10,
    bytes: 2,
    access: "rw",
    reset: 0xffff,
    fidelity: "modelled",
    doc: "MSI-X vector of configuration changes",
  },
  num_queues: {
    offset: 0x12,
    bytes: 2,
    access: "ro",
    fidelity: "modelled",
    doc: "Number of queues",
  },
  device_status: {
    offset: 0x14,
    bytes: 1,
    access: "rw",
    fidelity: "modelled",
    doc: "Device status; writing 0 resets",
    fields: {
      ACKNOWLEDGE: { lsb: 0, doc: "The guest noticed the device" },
      DRIVER: { lsb: 1, doc: "The guest has a driver" },
      DRIVER_OK: { lsb: 2, doc: "The driver is ready" },
      FEATURES_OK: { lsb: 3, doc: "Features are agreed" },
      DEVICE_NEEDS_RESET: { lsb: 6, doc: "The guest broke something" },
      FAILED: { lsb: 7, doc: "The guest gave up" },
    },
  },
  config_generation: {
    offset: 0x15,
    bytes: 1,
    access: "ro",
    fidelity: "modelled",
    doc: "Changes with each change of device configuration",
  },
  queue_select: {
    offset: 0x16,
    bytes: 2,
    access: "rw",
    fidelity: "modelled",
    doc: "Which queue the following fields are of",
  },
  queue_size: {
    offset: 0x18,
    bytes: 2,
    access: "rw",
    fidelity: "modelled",
    doc: "Entries of the queue",
  },
  queue_msix_vector: {
    offset: 0x1a,
    bytes: 2,
    access: "rw",
    reset: 0xffff,
    fidelity: "modelled",
    doc: "MSI-X vector of the queue",
  },
  queue_enable: {
    offset: 0x1c,
    bytes: 2,
    access: "rw",
    fidelity: "modelled",
    doc: "Writing 1 puts the queue to work",
  },
  queue_notify_off: {
    offset: 0x1e,
    bytes: 2,
    access: "ro",
    fidelity: "modelled",
    doc: "Place of the queue's doorbell, in notify_off_multiplier",
  },
  queue_desc_lo: {
    offset: 0x20,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Address of the descriptor area",
  },
  queue_desc_hi: {
    offset: 0x24,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Address of the descriptor area, bits 63:32",
  },
  queue_driver_lo: {
    offset: 0x28,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Address of the driver area",
  },
  queue_driver_hi: {
    offset: 0x2c,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Address of the driver area, bits 63:32",
  },
  queue_device_lo: {
    offset: 0x30,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Address of the device area",
  },
  queue_device_hi: {
    offset: 0x34,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Address of the device area, bits 63:32",
  },
  queue_reset: {
    offset: 0x3a,
    bytes: 2,
    access: "rw",
    fidelity: "modelled",
    doc: "Writing 1 resets this queue alone",
  },
});

/** ISR status: virtio 1.2, 4.1.4.5 "ISR status capability". Reading clears it and deasserts INTx. */
export const ISR = defineRegisters({
  isr: {
    offset: 0x0,
    bytes: 1,
    access: "rc",
    fidelity: "modelled",
    doc: "Why INTx is asserted",
    fields: {
      QUEUE: { lsb: 0, doc: "A queue was used" },
      CONFIG: { lsb: 1, doc: "The configuration changed" },
    },
  },
});

/**
 * Legacy interface: virtio 1.2, 4.1.4.10 "Legacy Interfaces: A Note on PCI Device Layout". Behind
 * it lies the device-specific configuration, four bytes further on while MSI-X is enabled.
 */
export const LEGACY = defineRegisters({
  host_features: {
    offset: 0x00,
    bytes: 4,
    access: "ro",
    fidelity: "modelled",
    doc: "Features that the device offers",
  },
  guest_features: {
    offset: 0x04,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Features that the driver accepts",
  },
  queue_pfn: {
    offset: 0x08,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Page number of the queue's ring",
  },
  queue_num: {
    offset: 0x0c,
    bytes: 2,
    access: "ro",
    fidelity: "modelled",
    doc: "Entries of the queue",
  },
  queue_sel: {
    offset: 0x0e,
    bytes: 2,
    access: "rw",
    fidelity: "modelled",
    doc: "Which queue the others are of",
  },
  queue_notify: {
    offset: 0x10,
    bytes: 2,
    access: "rw",
    fidelity: "modelled",
    doorbell: true,
    doc: "Doorbell of the queue written",
  },
  device_status: {
    offset: 0x12,
    bytes: 1,
    access: "rw",
    fidelity: "modelled",
    doc: "Device status; writing 0 resets",
  },
  isr: {
    offset: 0x13,
    bytes: 1,
    access: "rc",
    fidelity: "modelled",
    doc: "Why INTx is asserted; reading clears",
  },
});

/** The two registers that stand behind the legacy interface while MSI-X is enabled. */
export const LEGACY_MSIX = defineRegisters({
  config_msix_vector: {
    offset: 0x14,
    bytes: 2,
    access: "rw",
    reset: 0xffff,
    fidelity: "modelled",
    doc: "MSI-X vector of configuration changes",
  },
  queue_msix_vector: {
    offset: 0x16,
    bytes: 2,
    access: "rw",
    reset: 0xffff,
    fidelity: "modelled",
    doc: "MSI-X vector of the selected queue",
  },
});

/** Device configuration of a network device: virtio 1.2, 5.1.4 "Device configuration layout". */
export const NET_CONFIG = defineRegisters({
  mac: {
    offset: 0x0,
    bytes: 1,
    banks: { count: 6, stride: 1 },
    access: "ro",
    fidelity: "modelled",
    doc: "MAC address",
  },
  status: {
    offset: 0x6,
    bytes: 2,
    access: "ro",
    fidelity: "modelled",
    doc: "Link status",
    fields: {
      LINK_UP: { lsb: 0, doc: "The link is up" },
      ANNOUNCE: { lsb: 1, doc: "The driver shall announce itself" },
    },
  },
});

/** Bytes of each region of the modern transport, and of its doorbells' spacing. */
export const MODERN_LAYOUT = {
  regionBytes: 0x1000,
  common: 0x0000,
  isr: 0x1000,
  device: 0x2000,
  notify: 0x3000,
  notifyMultiplier: 4,
} as const;

/** Configuration types of the virtio capabilities: virtio 1.2, 4.1.4 "Virtio Structure PCI Capabilities". */
export const CAP_TYPE = { common: 1, notify: 2, isr: 3, device: 4, pciConfig: 5 } as const;

/** Offsets within a virtio capability. */
export const CAP = { length: 2, type: 3, bar: 4, offset: 8, size: 12, multiplier: 16 } as const;

/** PCI capability identifiers. */
export const CAP_ID = { vendor: 0x09, msix: 0x11 } as const;
