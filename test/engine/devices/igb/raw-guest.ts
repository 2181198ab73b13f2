import type { Igb82576 } from "../../../../engine/devices/igb/device.ts";
import type { Machine } from "../../../../engine/machine.ts";
import { aPf, type RunningIgb } from "./a-nic.ts";

/** Offsets of queue 0's registers. */
export const QUEUE = {
  RDBAL: 0xc000,
  RDLEN: 0xc008,
  RDH: 0xc010,
  RDT: 0xc018,
  TDBAL: 0xe000,
  TDLEN: 0xe008,
  TDH: 0xe010,
  TDT: 0xe018,
} as const;

/** Commands of advanced descriptors. */
export const COMMAND = {
  data: 0x2030_0000,
  context: 0x2020_0000,
  endOfPacket: 1 << 24,
  reportStatus: 1 << 27,
  segment: 0x8000_0000,
} as const;

/** An address behind the guest's memory. */
export const OUTSIDE = 0x7000_0000;

/** A guest that writes queue 0's registers and descriptors by itself, without the driver. */
export class RawGuest {
  readonly nic: RunningIgb;
  readonly machine: Machine;
  readonly device: Igb82576;
  readonly ring: number;
  readonly buffer: number;
  readonly entries: number;

  constructor(entries = 8) {
    this.nic = aPf();
    this.machine = this.nic.machine;
    this.device = this.nic.device;
    this.entries = entries;
    this.ring = this.machine.memory.allocate(entries * 16, 4096);
    this.buffer = this.machine.memory.allocate(65_536, 4096);
    for (const base of [QUEUE.TDBAL, QUEUE.RDBAL]) this.store(base, this.ring);
    for (const length of [QUEUE.TDLEN, QUEUE.RDLEN]) this.store(length, entries * 16);
    for (const index of [QUEUE.TDH, QUEUE.TDT, QUEUE.RDH, QUEUE.RDT]) this.store(index, 0);
    this.machine.trace.clear();
  }

  store(offset: number, value: number): void {
    this.device.mmio.write(offset, 4, value);
  }

  load(offset: number): number {
    return this.device.mmio.read(offset, 4);
  }

  /** Writes a descriptor: address, then two words. */
  describe(index: number, address: number, command = 0, options = 0): void {
    const { view } = this.machine.memory;
    const at = this.ring + index * 16;
    view.setUint32(at, address % 4294967296, true);
    view.setUint32(at + 4, Math.floor(address / 4294967296), true);
    view.setUint32(at + 8, command, true);
    view.setUint32(at + 12, options, true);
  }

  /** Bytes of guest memory. */
  bytes(at: number, byteCount: number): Uint8Array {
    return this.machine.memory.bytes.slice(at, at + byteCount);
  }
}
