import type { IoApicPin } from "../../cpu/io-apic.ts";
import type { NetDevice } from "../../guest/net-device.ts";
import type { PciDevice } from "../../guest/pci-device.ts";
import type { Machine } from "../../machine.ts";
import type { Bar } from "../../pci/bar.ts";

/** What a driver is given: never the device. */
export interface Rtl8139DriverParts {
  readonly machine: Machine;
  readonly pci: PciDevice;
  readonly bar: Bar;
  readonly pin: IoApicPin;
  readonly netDevice: NetDevice;
}
