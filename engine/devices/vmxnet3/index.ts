import { NetDevice } from "../../guest/net-device.ts";
import { PciDevice } from "../../guest/pci-device.ts";
import { PciMsix } from "../../guest/pci-msix.ts";
import { PollModePort } from "../../guest/poll-mode-port.ts";
import { Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { Bar } from "../../pci/bar.ts";
import { ConfigPort } from "../../pci/config-port.ts";
import type { Nic, NicCrossings } from "../nic.ts";
import { BAR_ADDRESSES, MSIX } from "./config.ts";
import { Vmxnet3 } from "./device.ts";
import { Vmxnet3Driver } from "./driver.ts";
import type { DriverBus, DriverOptions } from "./driver-options.ts";
import { Vmxnet3Pmd } from "./pmd-driver.ts";
import { BAR0 } from "./registers.ts";

/** The IOAPIC pin of INTA# in slot 5 of the recorded machine. */
const GSI = 10;

/** What can be chosen of driver and device. */
export interface Vmxnet3NicOptions extends DriverOptions {
  /** Packets that may wait for a doorbell while the backend polls, 1 to 64; 1: it never polls. */
  readonly txThreshold: number;
}

/** The defaults: those of Linux 6.12 and QEMU 10.0. */
export const VMXNET3_DEFAULTS: Vmxnet3NicOptions = {
  interrupts: "msix",
  txRingSize: 512,
  rxRingSize: 1024,
  rxRing2Size: 512,
  mtuBytes: 1500,
  txThreshold: 1,
};

/** A VMXNET3 with its driver; `device` is there for tests and for what a host does to a NIC. */
export interface Vmxnet3Nic extends Nic {
  readonly driver: Vmxnet3Driver;
  readonly device: Vmxnet3;
}

/** Builds the device, its driver and the crossings between them; nothing is probed yet. */
export function buildVmxnet3(
  machine: Machine,
  crossings: NicCrossings,
  options: Partial<Vmxnet3NicOptions> = {},
): Vmxnet3Nic {
  const { chosen, wire, device, bus } = buildDevice(machine, crossings, options);
  const netDevice = new NetDevice(machine);
  const driver = new Vmxnet3Driver(machine, netDevice, bus, chosen);
  return { netDevice, driver, wire, device };
}

/** The same device with DPDK's driver in a process of the guest, which polls. */
export function buildVmxnet3Pmd(
  machine: Machine,
  crossings: NicCrossings,
  options: Partial<Vmxnet3NicOptions> = {},
): Nic & { readonly driver: Vmxnet3Pmd; readonly device: Vmxnet3 } {
  const { chosen, wire, device, bus } = buildDevice(machine, crossings, options);
  const netDevice = new PollModePort(machine);
  return { netDevice, driver: new Vmxnet3Pmd(machine, netDevice, bus, chosen), wire, device };
}

interface BuiltDevice {
  readonly chosen: Vmxnet3NicOptions;
  readonly wire: Wire;
  readonly device: Vmxnet3;
  readonly bus: DriverBus;
}

function buildDevice(
  machine: Machine,
  crossings: NicCrossings,
  options: Partial<Vmxnet3NicOptions>,
): BuiltDevice {
  const { control, doorbell } = crossings;
  const chosen = { ...VMXNET3_DEFAULTS, ...options };
  const configuration = crossings.configuration ?? control;
  const wire = new Wire(machine);
  const pin = machine.pin(GSI);
  const device = new Vmxnet3(machine, wire, {
    macAddress: machine.identity.mac,
    pin,
    txThreshold: chosen.txThreshold,
  });
  const pci = new PciDevice(new ConfigPort(machine, "vmxnet3", device.config, configuration));
  const table = new Bar(machine, device.msix, {
    space: "mmio",
    base: BAR_ADDRESSES.msix,
    control: configuration,
  });
  const bar0 = new Bar(machine, device.bar0, {
    space: "mmio",
    base: BAR_ADDRESSES.bar0,
    control,
    doorbell,
  });
  const bar1 = new Bar(machine, device.bar1, { space: "mmio", base: BAR_ADDRESSES.bar1, control });
  const bus = {
    pci,
    msix: new PciMsix(machine.kernel, pci, table, MSIX.capability),
    bar0: bar0.withDoorbells(BAR0),
    bar1,
    pin,
  };
  return { chosen, wire, device, bus };
}
