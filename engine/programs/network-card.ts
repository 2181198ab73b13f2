import { LAYOUT } from "../cpu/guest/layout.ts";
import { GuestMachine } from "../cpu/guest/machine.ts";
import { Rtl8139Function } from "../devices/rtl8139/pci-function.ts";
import { Wire } from "../host/wire.ts";
import { Machine } from "../machine.ts";

/** Vector that the firmware routed the card's INTA# to. */
const NIC_VECTOR = 0x2b;
const PCI_COMMAND = 0x04;
/** I/O and memory decoding, bus mastering, SERR#: what a driver's `pci_set_master` leaves. */
const COMMAND_ENABLED = 0x0107;

/**
 * A machine with an RTL8139 whose PCI configuration is done: registers at `NIC` and behind the
 * ports from `NIC_PORT`, INTA# at vector 0x2b, DMA into the guest's memory, frames to the output.
 */
export function machineWithCard(): GuestMachine {
  const host = new Machine({ guestBytes: LAYOUT.MEMORY_BYTES, trace: false });
  const machine = new GuestMachine(host.memory.bytes, host.vcpu.apic);
  const wire = new Wire(host);
  const pin = host.pin(10);
  pin.route(NIC_VECTOR);
  const card = new Rtl8139Function(host, wire, { macAddress: host.identity.mac, pin });
  card.config.write(PCI_COMMAND, 2, COMMAND_ENABLED);
  const { registers } = card;
  const common = {
    name: "RTL8139",
    nameOf: (offset: number) => registers.nameOf?.(offset),
    read: (offset: number, byteCount: 1 | 2 | 4) => registers.read(offset, byteCount),
    write: (offset: number, byteCount: 1 | 2 | 4, value: number) => {
      registers.write(offset, byteCount, value);
    },
  };
  machine.addMmio({ ...common, base: LAYOUT.NIC, byteCount: registers.byteCount });
  machine.addPorts({ ...common, base: LAYOUT.NIC_PORT, portCount: registers.byteCount });
  machine.apicWindow.onEoi = (vector) => {
    if (vector === NIC_VECTOR) pin.eoi();
  };
  wire.onTransmit = (at, byteCount) => {
    const frame = host.memory.bytes.subarray(at, at + byteCount);
    const hex = Array.from(frame, (byte) => byte.toString(16).padStart(2, "0")).join("");
    machine.output.push(`frame of ${byteCount} bytes: ${hex}`);
  };
  return machine;
}
