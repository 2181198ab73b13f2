// The chip alone, driven by hand: the test is the driver, on raw memory.
import { Rtl8139Function } from "../../../../engine/devices/rtl8139/pci-function.ts";
import { REGISTERS } from "../../../../engine/devices/rtl8139/registers.ts";
import { RECEIVED, Wire } from "../../../../engine/host/wire.ts";
import { Machine } from "../../../../engine/machine.ts";
import type { Register } from "../../../../engine/registers/define.ts";
import { KIND } from "../../../../engine/trace/schema.ts";

export const MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);

/** Where the tests put rings and buffers. */
export const AT = { txRing: 0x20_0000, rxRing: 0x20_1000, buffer: 0x21_0000, rxBuffer: 0x22_0000 };

export interface ChipOptions {
  readonly mastering?: boolean;
  readonly isrWritePulse?: boolean;
  readonly overflowKeepsFrame?: boolean;
  readonly segmentsLosePushAndFin?: boolean;
}

/** A chip on a machine; bus mastering is on unless the test says otherwise. */
export class AChip {
  readonly machine = new Machine({ guestBytes: 4 << 20 });
  readonly wire = new Wire(this.machine);
  readonly pin = this.machine.pin(10);
  readonly device: Rtl8139Function;
  readonly sent: Uint8Array[] = [];

  constructor(options: ChipOptions = {}) {
    const { mastering = true, ...quirks } = options;
    const { machine, wire, pin } = this;
    this.device = new Rtl8139Function(machine, wire, { ...quirks, macAddress: MAC, pin });
    if (mastering) this.device.config.write(4, 2, 0x107);
    wire.onTransmit = (at, byteCount) => {
      this.sent.push(machine.memory.bytes.slice(at, at + byteCount));
    };
  }

  get memory(): Uint8Array {
    return this.machine.memory.bytes;
  }

  get view(): DataView {
    return this.machine.memory.view;
  }

  load(register: Register, bank = 0): number {
    return this.device.registers.read(offsetOf(register, bank), register.bytes);
  }

  store(register: Register, value: number, bank = 0): void {
    this.device.registers.write(offsetOf(register, bank), register.bytes, value);
  }

  read(offset: number, sizeBytes: number): number {
    return this.device.registers.read(offset, sizeBytes);
  }

  write(offset: number, sizeBytes: number, value: number): void {
    this.device.registers.write(offset, sizeBytes, value);
  }

  /** C+ mode on, both rings at their places, transmitter and receiver enabled. */
  inCPlusMode(command = 0x03): this {
    this.store(REGISTERS.CPCR, command);
    this.store(REGISTERS.TSAD0, AT.txRing, 0);
    this.store(REGISTERS.RDSAR, AT.rxRing, 0);
    this.store(REGISTERS.RCR, 0x0e);
    this.store(REGISTERS.CR, 0x0c);
    return this;
  }

  /** C mode: receive buffer of 8 KiB << lengthField, WRAP as given, everything enabled. */
  inCMode(lengthField = 0, wrap = false): this {
    this.store(REGISTERS.CR, 0x0c);
    this.store(REGISTERS.RBSTART, AT.rxBuffer);
    this.store(REGISTERS.RCR, 0x0e | (lengthField << 11) | (wrap ? 0x80 : 0));
    return this;
  }

  /** Writes a C+ descriptor. */
  describe(ring: number, index: number, opts1: number, address: number, opts2 = 0): void {
    const at = ring + 16 * index;
    this.view.setUint32(at, opts1, true);
    this.view.setUint32(at + 4, opts2, true);
    this.view.setUint32(at + 8, address, true);
    this.view.setUint32(at + 12, 0, true);
  }

  /** The first word of a descriptor. */
  opts1(ring: number, index: number): number {
    return this.view.getUint32(ring + 16 * index, true);
  }

  /** A frame arrives from the wire: what the device made of it. */
  arrive(frame: Uint8Array): "accepted" | "dropped" | "later" {
    const at = this.machine.memory.guestBytes + 4096 * 1024;
    this.memory.set(frame, at);
    const result = this.device.receiveFrame(at, frame.length);
    return result === RECEIVED.accepted
      ? "accepted"
      : result === RECEIVED.later
        ? "later"
        : "dropped";
  }

  /** What rows of a kind name, in order. */
  named(kind: number): string[] {
    const trace = this.machine.trace.finish();
    const names: string[] = [];
    for (let row = 0; row < trace.length; row++) {
      if (trace.kind[row] === kind) names.push(trace.names[trace.where[row] as number] as string);
    }
    return names;
  }

  /** What the guest did wrong, in order. */
  guestErrors(): string[] {
    return this.named(KIND.guestError);
  }

  /** How often the line rose. */
  assertions(): number {
    return this.named(KIND.intxAssert).length;
  }
}

/** An Ethernet frame for the chip: addresses, type, then bytes that count up. */
export function aFrame(byteCount: number, first = 0, destination: Uint8Array = MAC): Uint8Array {
  const frame = Uint8Array.from({ length: byteCount }, (_, i) => (first + i) & 0xff);
  frame.set(destination);
  frame.set([0x52, 0x54, 0, 0, 0, 1], 6);
  frame.set([0x88, 0xb5], 12);
  return frame;
}

/** The bytes of a span of memory. */
export function bytesAt(chip: AChip, at: number, byteCount: number): Uint8Array {
  return chip.memory.slice(at, at + byteCount);
}

function offsetOf(register: Register, bank: number): number {
  return register.offset + bank * (register.banks?.stride ?? 0);
}
