import { NetDevice } from "../../guest/net-device.ts";
import { PciDevice } from "../../guest/pci-device.ts";
import { PciMsix } from "../../guest/pci-msix.ts";
import { PollModePort } from "../../guest/poll-mode-port.ts";
import { Wire } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { Bar, type BarOptions } from "../../pci/bar.ts";
import { ConfigPort } from "../../pci/config-port.ts";
import type { Nic, NicCrossings } from "../nic.ts";
import { VirtioNetDevice } from "./device.ts";
import type { VirtioBus } from "./driver-transport.ts";
import { VirtioNetDriver } from "./driver.ts";
import { DEFAULT_OPTIONS, type VirtioNetOptions } from "./options.ts";
import { VirtioPmd } from "./pmd-driver.ts";
import { VirtioPciFunction } from "./pci-function.ts";
import { LEGACY, MODERN_LAYOUT } from "./registers.ts";
import { LegacyTransport } from "./transport-legacy.ts";
import { ModernTransport } from "./transport-modern.ts";

/** Where firmware put the BARs in the recorded machines. */
const BASE = { legacy: 0xc000, msix: 0xfebff000, modern: 0xfebf8000 } as const;
/** Name of the function in recordings. */
const FUNCTION_NAME = "virtio-net-pci";

/** A virtio-net device with its driver; `device` and `bus` are there for tests and for a host. */
export interface VirtioNetNic extends Nic {
  readonly driver: VirtioNetDriver;
  readonly device: VirtioNetDevice;
  readonly bus: VirtioBus;
}

/**
 * Builds QEMU's virtio-net-pci and Linux's driver on a machine; nothing is probed yet.
 * @param crossings Who handles the guest's accesses.
 * @param settings What differs from DEFAULT_OPTIONS; the MAC address is the guest's own.
 */
export function buildVirtioNet(
  machine: Machine,
  crossings: NicCrossings,
  settings: Partial<VirtioNetOptions> = {},
): VirtioNetNic {
  const { wire, device, bus, options } = buildDevice(machine, crossings, settings);
  const netDevice = new NetDevice(machine);
  const driver = new VirtioNetDriver(machine, netDevice, bus, options);
  return { netDevice, driver, wire, device, bus };
}

/** The same device with DPDK's driver in a process of the guest, which polls. */
export function buildVirtioNetPmd(
  machine: Machine,
  crossings: NicCrossings,
  settings: Partial<VirtioNetOptions> = {},
): Nic & { readonly driver: VirtioPmd; readonly device: VirtioNetDevice } {
  const { wire, device, bus } = buildDevice(machine, crossings, settings);
  const netDevice = new PollModePort(machine);
  return { netDevice, driver: new VirtioPmd(machine, netDevice, bus), wire, device };
}

interface BuiltDevice {
  readonly wire: Wire;
  readonly device: VirtioNetDevice;
  readonly bus: VirtioBus;
  readonly options: VirtioNetOptions;
}

function buildDevice(
  machine: Machine,
  crossings: NicCrossings,
  settings: Partial<VirtioNetOptions>,
): BuiltDevice {
  const options = { ...DEFAULT_OPTIONS, mac: [...machine.identity.mac], ...settings };
  const wire = new Wire(machine);
  const device = new VirtioNetDevice(machine, wire, options);
  const pci = new VirtioPciFunction(machine, device, options);
  return { wire, device, bus: connect(machine, crossings, options, device, pci), options };
}

function connect(
  machine: Machine,
  crossings: NicCrossings,
  options: VirtioNetOptions,
  device: VirtioNetDevice,
  pci: VirtioPciFunction,
): VirtioBus {
  const { control, doorbell } = crossings;
  const configuration = crossings.configuration ?? control;
  const pciDevice = new PciDevice(
    new ConfigPort(machine, FUNCTION_NAME, pci.config, configuration),
  );
  const msix =
    pci.msix === undefined
      ? undefined
      : new PciMsix(
          machine.kernel,
          pciDevice,
          new Bar(machine, pci.msix, { space: "mmio", base: BASE.msix, control: configuration }),
          pci.msixOffset,
        );
  const transport = new ModernTransport(device, pci);
  const mmio = (offset: number): BarOptions => ({
    space: "mmio",
    base: BASE.modern + offset,
    control,
    doorbell,
    doorbellOffsets: offset === MODERN_LAYOUT.notify ? device.queues.map((q) => q.index * 4) : [],
  });
  const modern = {
    common: new Bar(machine, transport.common, mmio(MODERN_LAYOUT.common)),
    isr: new Bar(machine, transport.isr, mmio(MODERN_LAYOUT.isr)),
    device: new Bar(machine, transport.device, mmio(MODERN_LAYOUT.device)),
    notify: new Bar(machine, transport.notify, mmio(MODERN_LAYOUT.notify)),
  };
  const legacy = new Bar(machine, new LegacyTransport(device, pci), {
    space: "pio",
    base: BASE.legacy,
    control,
    doorbell,
  }).withDoorbells(LEGACY);
  return {
    pci: pciDevice,
    msix,
    msixEntries: options.vectors,
    pin: machine.pin(options.gsi),
    modern: options.interface === "legacy" ? undefined : modern,
    legacy: options.interface === "modern" ? undefined : legacy,
  };
}
