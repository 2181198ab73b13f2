import { defineRegisters } from "../../registers/define.ts";

/** Interrupts of the device: one for each of 8 transmit and 16 receive queues, one for events. */
export const INTERRUPTS_MAX = 25;
/** Transmit queues the registers have doorbells for. */
export const TX_QUEUES_MAX = 8;
/** Receive queues the registers have doorbells for. */
export const RX_QUEUES_MAX = 16;

/**
 * BAR 0, the page a hypervisor may give to hardware: masks and doorbells, nothing slow.
 * Source: `drivers/net/vmxnet3/vmxnet3_defs.h`, BAR 0 registers.
 */
export const BAR0 = defineRegisters({
  IMR: {
    offset: 0x000,
    bytes: 4,
    access: "rw",
    reset: 1,
    banks: { count: INTERRUPTS_MAX, stride: 8 },
    fidelity: "modelled",
    doc: "Interrupt mask, one register for each vector: anything but 0 masks",
    fields: { MASKED: { lsb: 0, doc: "The vector is masked" } },
  },
  TXPROD: {
    offset: 0x600,
    bytes: 4,
    access: "wo",
    banks: { count: TX_QUEUES_MAX, stride: 8 },
    fidelity: "modelled",
    doorbell: true,
    doc: "Transmit producer index: the next descriptor the driver will fill",
  },
  RXPROD: {
    offset: 0x800,
    bytes: 4,
    access: "wo",
    banks: { count: RX_QUEUES_MAX, stride: 8 },
    fidelity: "storage",
    doorbell: true,
    doc: "Receive producer index of ring 0; the model reads generation bits instead",
  },
  RXPROD2: {
    offset: 0xa00,
    bytes: 4,
    access: "wo",
    banks: { count: RX_QUEUES_MAX, stride: 8 },
    fidelity: "storage",
    doorbell: true,
    doc: "Receive producer index of ring 1; the model reads generation bits instead",
  },
});

/**
 * BAR 1, what always reaches the hypervisor: identification, the shared area, commands.
 * Source: `drivers/net/vmxnet3/vmxnet3_defs.h`, BAR 1 registers.
 */
export const BAR1 = defineRegisters({
  VRRS: {
    offset: 0x00,
    bytes: 4,
    access: "ro",
    reset: 1,
    fidelity: "modelled",
    doc: "Revision report (read: bit per revision supported) and selection (write)",
  },
  UVRS: {
    offset: 0x08,
    bytes: 4,
    access: "ro",
    reset: 1,
    fidelity: "modelled",
    doc: "Version report and selection of the pass-through interface",
  },
  DSAL: {
    offset: 0x10,
    bytes: 4,
    access: "wo",
    fidelity: "modelled",
    doc: "Driver shared area, low 32 bits; 0 deactivates the device",
  },
  DSAH: {
    offset: 0x18,
    bytes: 4,
    access: "wo",
    fidelity: "modelled",
    doc: "Driver shared area, high 32 bits; completes the address",
  },
  CMD: {
    offset: 0x20,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Command (write: execute at once) and the last command's result (read)",
  },
  MACL: {
    offset: 0x28,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Station address, bytes 0 to 3; a write waits for MACH",
  },
  MACH: {
    offset: 0x30,
    bytes: 4,
    access: "rw",
    fidelity: "modelled",
    doc: "Station address, bytes 4 and 5; a write takes the whole address over",
  },
  ICR: {
    offset: 0x38,
    bytes: 4,
    access: "ro",
    fidelity: "modelled",
    doc: "Interrupt cause with INTx: 1 when the line is ours; reading takes the line back",
  },
  ECR: {
    offset: 0x40,
    bytes: 4,
    access: "wo",
    fidelity: "modelled",
    doc: "Event acknowledgement: bits written 1 are cleared in the shared area",
  },
});

/** Bytes of BAR 0 and of BAR 1. */
export const BAR_BYTES = 4096;
