import type { OperandBytes } from "../x86/instruction.ts";
import type { Platform } from "../x86/platform.ts";
import type { CpuState } from "../x86/state.ts";
import type { VmmMemory } from "./vmm-memory.ts";

/**
 * The host as the real processor meets it below a VMM: the guest's memory, and the VMM's own far
 * above it. Devices, ports and interrupts are not reached from here: the guest's accesses to them
 * fault or are callouts, and the VMM carries them out.
 */
export class HostPlatform implements Platform {
  readonly #guest: Platform;
  readonly #vmm: VmmMemory;

  constructor(guest: Platform, vmm: VmmMemory) {
    this.#guest = guest;
    this.#vmm = vmm;
  }

  read(physical: number, byteCount: OperandBytes): bigint {
    const holder = this.#vmm.contains(physical) ? this.#vmm : this.#guest;
    return holder.read(physical, byteCount);
  }

  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    const holder = this.#vmm.contains(physical) ? this.#vmm : this.#guest;
    holder.write(physical, byteCount, value);
  }

  isMmio(physical: number): boolean {
    return this.#guest.isMmio(physical);
  }

  portRead(): number {
    return 0;
  }

  portWrite(): void {}

  cpuid(leaf: number, subleaf: number): ReturnType<Platform["cpuid"]> {
    return this.#guest.cpuid(leaf, subleaf);
  }

  readMsr(): undefined {
    return undefined;
  }

  writeMsr(): boolean {
    return false;
  }

  timestamp(): bigint {
    return this.#guest.timestamp();
  }

  pendingVector(_cpu: CpuState): number {
    return -1;
  }

  acceptInterrupt(): number {
    return -1;
  }

  sleep(): boolean {
    return false;
  }
}

/** The guest's platform with an ear for its stores: what they change may be translated or shadowed. */
export class TracedPlatform implements Platform {
  readonly #guest: Platform;
  readonly #written: (physical: number, byteCount: number) => void;

  constructor(guest: Platform, written: (physical: number, byteCount: number) => void) {
    this.#guest = guest;
    this.#written = written;
  }

  read(physical: number, byteCount: OperandBytes): bigint {
    return this.#guest.read(physical, byteCount);
  }

  write(physical: number, byteCount: OperandBytes, value: bigint): void {
    this.#guest.write(physical, byteCount, value);
    this.#written(physical, byteCount);
  }

  isMmio(physical: number): boolean {
    return this.#guest.isMmio(physical);
  }

  portRead(port: number, byteCount: 1 | 2 | 4): number {
    return this.#guest.portRead(port, byteCount);
  }

  portWrite(port: number, byteCount: 1 | 2 | 4, value: number): void {
    this.#guest.portWrite(port, byteCount, value);
  }

  cpuid(leaf: number, subleaf: number): ReturnType<Platform["cpuid"]> {
    return this.#guest.cpuid(leaf, subleaf);
  }

  readMsr(index: number): bigint | undefined {
    return this.#guest.readMsr(index);
  }

  writeMsr(index: number, value: bigint): boolean {
    return this.#guest.writeMsr(index, value);
  }

  timestamp(): bigint {
    return this.#guest.timestamp();
  }

  pendingVector(cpu: CpuState): number {
    return this.#guest.pendingVector(cpu);
  }

  acceptInterrupt(): number {
    return this.#guest.acceptInterrupt();
  }

  sleep(): boolean {
    return this.#guest.sleep();
  }
}
