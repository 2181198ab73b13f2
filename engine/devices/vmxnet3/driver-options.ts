import type { IoApicPin } from "../../cpu/io-apic.ts";
import type { PciDevice } from "../../guest/pci-device.ts";
import type { PciMsix } from "../../guest/pci-msix.ts";
import type { Bar } from "../../pci/bar.ts";

/** How the guest is configured. */
export interface DriverOptions {
  /** Interrupts by message, or by line (`pci=nomsi`). */
  readonly interrupts: "msix" | "intx";
  /** Entries of the transmit ring, its data ring and its completion ring: multiple of 32. */
  readonly txRingSize: number;
  /** Entries of receive ring 0 and ring 1: multiples of 32. */
  readonly rxRingSize: number;
  readonly rxRing2Size: number;
  /** Interface MTU in bytes, 60 to 9,000. */
  readonly mtuBytes: number;
}

/** What the guest finds at the device's place on the bus. */
export interface DriverBus {
  readonly pci: PciDevice;
  readonly msix: PciMsix;
  readonly bar0: Bar;
  readonly bar1: Bar;
  /** Where INTx arrives. */
  readonly pin: IoApicPin;
}
