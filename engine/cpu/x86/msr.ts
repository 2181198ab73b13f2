import { isCanonical } from "./paging.ts";
import type { Platform } from "./platform.ts";
import { CONTROL, type CpuState } from "./state.ts";

/** Indices of the MSRs that `CpuState` holds, and the TSC's. Intel SDM vol. 4, tables 2-2 and 2-16. */
export const MSR = {
  TSC: 0x10,
  APIC_BASE: 0x1b,
  EFER: 0xc000_0080,
  STAR: 0xc000_0081,
  LSTAR: 0xc000_0082,
  FMASK: 0xc000_0084,
  FS_BASE: 0xc000_0100,
  GS_BASE: 0xc000_0101,
  KERNEL_GS_BASE: 0xc000_0102,
  TSC_AUX: 0xc000_0103,
} as const;

const HELD = {
  [MSR.EFER]: "efer",
  [MSR.STAR]: "star",
  [MSR.LSTAR]: "lstar",
  [MSR.FMASK]: "fmask",
  [MSR.FS_BASE]: "fsBase",
  [MSR.GS_BASE]: "gsBase",
  [MSR.KERNEL_GS_BASE]: "kernelGsBase",
  [MSR.TSC_AUX]: "tscAux",
} as const;

const ADDRESSES: readonly number[] = [MSR.LSTAR, MSR.FS_BASE, MSR.GS_BASE, MSR.KERNEL_GS_BASE];
const EFER_WRITABLE = CONTROL.EFER_SCE | CONTROL.EFER_LME | CONTROL.EFER_NXE;

/** Reads an MSR; undefined is #GP. */
export function readMsr(cpu: CpuState, platform: Platform, index: number): bigint | undefined {
  if (index === MSR.TSC) return platform.timestamp();
  const name = nameOf(index);
  return name === undefined ? platform.readMsr(index) : cpu[name];
}

/** Writes an MSR. @returns false for #GP. LMA is read-only, and LME cannot change under paging. */
export function writeMsr(cpu: CpuState, platform: Platform, index: number, value: bigint): boolean {
  const name = nameOf(index);
  if (name === undefined) return platform.writeMsr(index, value);
  if (ADDRESSES.includes(index) && !isCanonical(value)) return false;
  if (index === MSR.EFER) {
    if ((value & ~(EFER_WRITABLE | CONTROL.EFER_LMA)) !== 0n) return false;
    if ((value & CONTROL.EFER_LME) === 0n) return false;
    cpu.efer = (value & EFER_WRITABLE) | (cpu.efer & CONTROL.EFER_LMA);
    return true;
  }
  if (index === MSR.FMASK && value >> 32n !== 0n) return false;
  if (index === MSR.TSC_AUX && value >> 32n !== 0n) return false;
  cpu[name] = value;
  return true;
}

function nameOf(index: number): (typeof HELD)[keyof typeof HELD] | undefined {
  return index in HELD ? HELD[index as keyof typeof HELD] : undefined;
}
