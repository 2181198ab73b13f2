import type { CpuState } from "./state.ts";
import type { OperandBytes } from "./instruction.ts";

/** What CPUID leaves in the four registers, each an unsigned 32-bit number. */
export interface CpuidResult {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

/**
 * What surrounds the processor: physical memory with memory-mapped devices in it, I/O ports,
 * CPUID, model-specific registers, the time and the interrupt controller. A mode wraps it where a
 * hypervisor stands between the guest and the hardware (EPT, for one, or trapped ports).
 */
export interface Platform {
  /** Reads 1, 2, 4 or 8 bytes of physical memory or of a device; unsigned, little-endian. */
  read(physical: number, byteCount: OperandBytes): bigint;
  write(physical: number, byteCount: OperandBytes, value: bigint): void;
  /** Whether a physical address belongs to a device instead of memory. */
  isMmio(physical: number): boolean;
  /** Reads 1, 2 or 4 bytes of an I/O port, 0 to 65535; unsigned. */
  portRead(port: number, byteCount: 1 | 2 | 4): number;
  portWrite(port: number, byteCount: 1 | 2 | 4, value: number): void;
  cpuid(leaf: number, subleaf: number): CpuidResult;
  /** An MSR that {@link CpuState} does not hold; undefined is #GP. */
  readMsr(index: number): bigint | undefined;
  /** @returns Whether the MSR exists and takes the value; false is #GP. */
  writeMsr(index: number, value: bigint): boolean;
  /** The time-stamp counter. It counts its readings, so that all ways of running agree on it. */
  timestamp(): bigint;
  /** Highest interrupt vector that the local APIC could deliver now, or -1. */
  pendingVector(cpu: CpuState): number;
  /** The processor takes the pending vector into service. */
  acceptInterrupt(): number;
  /** The processor sleeps: lets time pass to the next event. False when nothing will ever come. */
  sleep(): boolean;
}
