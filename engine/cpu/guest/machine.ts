import { assert } from "../../core/assert.ts";
import { LocalApic } from "../local-apic.ts";
import type { OperandBytes } from "../x86/instruction.ts";
import { MSR } from "../x86/msr.ts";
import type { CpuidResult, Platform } from "../x86/platform.ts";
import type { CpuState } from "../x86/state.ts";
import { ApicWindow } from "./apic-window.ts";
import { cpuidOf } from "./cpuid.ts";
import { LAYOUT } from "./layout.ts";

/** A device's registers in the guest's physical address space. */
export interface MmioWindow {
  readonly name: string;
  readonly base: number;
  readonly byteCount: number;
  /** Name of the register at an offset, if the device has one there. */
  nameOf?(offset: number): string | undefined;
  read(offset: number, byteCount: 1 | 2 | 4): number;
  write(offset: number, byteCount: 1 | 2 | 4, value: number): void;
}

/** A device's I/O ports. */
export interface PortWindow {
  readonly name: string;
  readonly base: number;
  readonly portCount: number;
  nameOf?(offset: number): string | undefined;
  read(offset: number, byteCount: 1 | 2 | 4): number;
  write(offset: number, byteCount: 1 | 2 | 4, value: number): void;
}

/**
 * The machine around a guest program: memory, the local APIC, ports, devices that the program
 * brings. It is the hardware when the program runs natively, and what a hypervisor shows the guest
 * otherwise. What leaves it is kept in `output`, for comparisons.
 */
export class GuestMachine implements Platform {
  /** Guest-physical memory from address 0. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  readonly apic: LocalApic;
  readonly apicWindow: ApicWindow;
  /** What the outside world saw: frames, writes to ports that no device owns, a line each. */
  readonly output: string[] = [];
  readonly #mmio: MmioWindow[] = [];
  readonly #ports: PortWindow[] = [];
  #timestamps = 0n;

  /**
   * @param bytes Memory to use, 2 MiB at least; a device that does DMA shares it.
   * @param apic The local APIC that devices' interrupts go to.
   */
  constructor(
    bytes: Uint8Array<ArrayBuffer> = new Uint8Array(LAYOUT.MEMORY_BYTES),
    apic = new LocalApic(),
  ) {
    assert(bytes.length >= LAYOUT.MEMORY_BYTES, `a guest has 2 MiB: ${bytes.length}`);
    this.bytes = bytes.subarray(0, LAYOUT.MEMORY_BYTES);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, LAYOUT.MEMORY_BYTES);
    this.apic = apic;
    this.apicWindow = new ApicWindow(apic);
    this.#mmio.push(this.apicWindow);
  }

  /** Puts a device's registers into the address space. */
  addMmio(device: MmioWindow): void {
    this.#mmio.push(device);
  }

  addPorts(device: PortWindow): void {
    this.#ports.push(device);
  }

  /** The device window at a physical address. */
  mmioAt(physical: number): MmioWindow | undefined {
    return this.#mmio.find((it) => physical >= it.base && physical < it.base + it.byteCount);
  }

  /** The device behind an I/O port. */
  portsAt(port: number): PortWindow | undefined {
    return this.#ports.find((it) => port >= it.base && port < it.base + it.portCount);
  }

  isMmio(physical: number): boolean {
    return physical >= LAYOUT.MEMORY_BYTES;
  }

  /** Memory that nobody answers for reads as ones, as an unclaimed bus access does. */
  read(physical: number, byteCount: OperandBytes): bigint {
    if (physical + byteCount <= LAYOUT.MEMORY_BYTES) return this.#load(physical, byteCount);
    const device = this.mmioAt(physical);
    if (device === undefined) return (1n << BigInt(8 * byteCount)) - 1n;
    const offset = physical - device.base;
    if (byteCount < 8) return BigInt(device.read(offset, byteCount as 1 | 2 | 4) >>> 0);
    const high = BigInt(device.read(offset + 4, 4) >>> 0);
    return (high << 32n) | BigInt(device.read(offset, 4) >>> 0);
  }

  #load(physical: number, byteCount: OperandBytes): bigint {
    if (byteCount === 8) return this.view.getBigUint64(physical, true);
    if (byteCount === 4) return BigInt(this.view.getUint32(physical, true));
    return BigInt(
      byteCount === 2 ? this.view.getUint16(physical, true) : (this.bytes[physical] ?? 0),
    );
  }

  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    if (physical + byteCount <= LAYOUT.MEMORY_BYTES) {
      this.#store(physical, byteCount, value);
      return;
    }
    const device = this.mmioAt(physical);
    if (device === undefined) return;
    const offset = physical - device.base;
    if (byteCount < 8) {
      device.write(offset, byteCount as 1 | 2 | 4, Number(value));
      return;
    }
    device.write(offset, 4, Number(value & 0xffff_ffffn));
    device.write(offset + 4, 4, Number(value >> 32n));
  }

  #store(physical: number, byteCount: OperandBytes, value: bigint): void {
    if (byteCount === 8) this.view.setBigUint64(physical, value, true);
    else if (byteCount === 4) this.view.setUint32(physical, Number(value), true);
    else if (byteCount === 2) this.view.setUint16(physical, Number(value), true);
    else this.view.setUint8(physical, Number(value));
  }

  portRead(port: number, byteCount: 1 | 2 | 4): number {
    const device = this.portsAt(port);
    if (device === undefined) return byteCount === 4 ? 0xffff_ffff : 2 ** (8 * byteCount) - 1;
    return device.read(port - device.base, byteCount);
  }

  portWrite(port: number, byteCount: 1 | 2 | 4, value: number): void {
    const device = this.portsAt(port);
    if (device !== undefined) device.write(port - device.base, byteCount, value);
    else
      this.output.push(`port ${port.toString(16)}: ${value.toString(16)} (${8 * byteCount} bits)`);
  }

  cpuid(leaf: number, subleaf: number): CpuidResult {
    return cpuidOf(leaf, subleaf);
  }

  readMsr(index: number): bigint | undefined {
    // The local APIC is at its usual address, enabled, on the boot processor.
    return index === MSR.APIC_BASE ? BigInt(LAYOUT.APIC) | 0x900n : undefined;
  }

  /** Its only own MSR, the APIC's base, keeps its value. */
  writeMsr(index: number, value: bigint): boolean {
    return index === MSR.APIC_BASE && value === this.readMsr(index);
  }

  timestamp(): bigint {
    this.#timestamps += 1000n;
    return this.#timestamps;
  }

  pendingVector(cpu: CpuState): number {
    if (!this.apic.deliverable) return -1;
    const vector = this.apic.highestRequested;
    const priority = Math.max(Number(cpu.cr8), this.apicWindow.taskPriority >> 4);
    return vector >> 4 > priority ? vector : -1;
  }

  acceptInterrupt(): number {
    return this.apic.accept();
  }

  sleep(): boolean {
    return this.apicWindow.fireTimer();
  }
}
