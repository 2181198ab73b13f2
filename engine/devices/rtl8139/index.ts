import { NetDevice } from "../../guest/net-device.ts";
import { PciDevice } from "../../guest/pci-device.ts";
import { Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { Bar } from "../../pci/bar.ts";
import { ConfigPort } from "../../pci/config-port.ts";
import type { Nic, NicCrossings } from "../nic.ts";
import type { Rtl8139 } from "./device.ts";
import { Driver8139cp } from "./driver-8139cp.ts";
import { Driver8139too } from "./driver-8139too.ts";
import type { Rtl8139DriverParts } from "./driver-parts.ts";
import { RTL8139_ADDRESS, Rtl8139Function } from "./pci-function.ts";
import { REGISTERS } from "./registers.ts";

/** How the NIC is connected, and habits of QEMU's model that can be turned off (device.ts). */
export interface Rtl8139NicOptions {
  /** IOAPIC pin of INTA#, default 10: where the recorded machine routed it. */
  readonly gsi?: number;
  /** Registers through the port BAR instead of memory (8139too's `use_io`), default false. */
  readonly ports?: boolean;
  readonly isrWritePulse?: boolean;
  readonly overflowKeepsFrame?: boolean;
  readonly segmentsLosePushAndFin?: boolean;
}

/** An RTL8139 with its driver; `device` is for inspection and tests, the driver never holds it. */
export interface Rtl8139Nic extends Nic {
  readonly device: Rtl8139Function;
}

/** An RTL8139C+ with Linux's 8139cp. */
export function build8139cp(
  machine: Machine,
  crossings: NicCrossings,
  options: Rtl8139NicOptions = {},
): Rtl8139Nic & { readonly driver: Driver8139cp } {
  const { device, wire, parts } = connect(machine, crossings, options);
  const { transmitRing, receiveRing } = device.chip;
  machine.ringIndices.set("tx_ring", "device", "next to send", () => transmitRing.index);
  machine.ringIndices.set("rx_ring", "device", "next to fill", () => receiveRing.index);
  return { device, wire, netDevice: parts.netDevice, driver: new Driver8139cp(parts) };
}

/** The same chip with Linux's 8139too, as on a machine that calls it a plain RTL8139. */
export function build8139too(
  machine: Machine,
  crossings: NicCrossings,
  options: Rtl8139NicOptions = {},
): Rtl8139Nic & { readonly driver: Driver8139too } {
  const { device, wire, parts } = connect(machine, crossings, options);
  keepIndices(machine, device.chip);
  return { device, wire, netDevice: parts.netDevice, driver: new Driver8139too(parts) };
}

/** Where the chip stands in its four transmit slots and its receive buffer. */
function keepIndices(machine: Machine, chip: Rtl8139): void {
  const { ringIndices } = machine;
  const { registers, slots, receiveBuffer } = chip;
  ringIndices.set("tx_buf", "device", "next to send", () => slots.index);
  for (let slot = 0; slot < 4; slot++) {
    ringIndices.set("tx_buf", "device", `TSD${slot}`, () => registers.get(REGISTERS.TSD0, slot));
    ringIndices.set("tx_buf", "device", `TSAD${slot}`, () => registers.get(REGISTERS.TSAD0, slot));
  }
  ringIndices.set("rx_buffer", "device", "CAPR + 16", () => receiveBuffer.readAt);
  ringIndices.set("rx_buffer", "device", "CBR", () => receiveBuffer.writeAt);
  ringIndices.set("rx_buffer", "device", "size", () => receiveBuffer.byteCount);
}

interface Connected {
  readonly device: Rtl8139Function;
  readonly wire: Wire;
  readonly parts: Rtl8139DriverParts;
}

function connect(machine: Machine, crossings: NicCrossings, options: Rtl8139NicOptions): Connected {
  const pin = machine.pin(options.gsi ?? 10);
  const wire = new Wire(machine);
  const macAddress = machine.identity.mac;
  const device = new Rtl8139Function(machine, wire, { ...options, macAddress, pin });
  const configuration = crossings.configuration ?? crossings.control;
  const pci = new PciDevice(new ConfigPort(machine, "rtl8139", device.config, configuration));
  const ports = options.ports ?? false;
  const bar = new Bar(machine, device.registers, {
    space: ports ? "pio" : "mmio",
    base: ports ? RTL8139_ADDRESS.ports : RTL8139_ADDRESS.memory,
    control: crossings.control,
    doorbell: crossings.doorbell,
  }).withDoorbells(REGISTERS);
  const netDevice = new NetDevice(machine);
  return { device, wire, parts: { machine, pci, bar, pin, netDevice } };
}
