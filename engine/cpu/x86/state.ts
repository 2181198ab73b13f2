import { FLAGS_FIXED } from "./flags.ts";

/** Bits of CR0, CR4 and EFER that the model looks at. Intel SDM vol. 3A, 2.2.1 and 2.5. */
export const CONTROL = {
  CR0_PE: 1n << 0n,
  CR0_TS: 1n << 3n,
  CR0_WP: 1n << 16n,
  CR0_PG: 1n << 31n,
  CR4_PAE: 1n << 5n,
  EFER_SCE: 1n << 0n,
  EFER_LME: 1n << 8n,
  EFER_LMA: 1n << 10n,
  EFER_NXE: 1n << 11n,
} as const;

/** A descriptor table's register: linear base and limit (its size - 1, 0 to 65535). */
export interface TableRegister {
  base: bigint;
  limit: number;
}

/**
 * The architectural state of one logical processor in 64-bit mode. All values are unsigned. Not
 * modelled: 16- and 32-bit modes, segment limits and types, debug registers, x87 and SSE state.
 */
export class CpuState {
  /** The sixteen general-purpose registers by their numbers in `GPR`. */
  readonly gpr = new BigUint64Array(16);
  rip = 0n;
  rflags = FLAGS_FIXED;
  /** Selectors of ES, CS, SS, DS, FS, GS by `SEGMENT`. The RPL of CS is the CPL. */
  readonly selectors = new Uint16Array(6);
  /** Current privilege level, 0 (kernel) to 3 (user). */
  cpl = 0;
  cr0 = CONTROL.CR0_PE | CONTROL.CR0_WP | CONTROL.CR0_PG;
  cr2 = 0n;
  cr3 = 0n;
  cr4 = CONTROL.CR4_PAE;
  /** Task priority, 0 to 15: interrupts of a class at or below it wait. */
  cr8 = 0n;
  efer = CONTROL.EFER_SCE | CONTROL.EFER_LME | CONTROL.EFER_LMA | CONTROL.EFER_NXE;
  readonly gdtr: TableRegister = { base: 0n, limit: 0 };
  readonly idtr: TableRegister = { base: 0n, limit: 0 };
  ldtr = 0;
  /** Selector of the task register; the TSS it names holds the stacks of rings 0 to 2. */
  tr = 0;
  /** Linear address of the TSS, cached when TR is loaded. */
  trBase = 0n;
  star = 0n;
  lstar = 0n;
  /** IA32_FMASK: the RFLAGS bits that SYSCALL clears. */
  fmask = 0n;
  fsBase = 0n;
  gsBase = 0n;
  kernelGsBase = 0n;
  tscAux = 0n;
  /** HLT was executed and no interrupt came yet. */
  halted = false;
  /** The instruction before was STI (or MOV SS): no interrupt is taken before the next one. */
  interruptShadow = false;
  /** Instructions completed; REP counts once. */
  retired = 0;

  /** A second state with the same values. */
  clone(): CpuState {
    const copy = new CpuState();
    copy.copyFrom(this);
    return copy;
  }

  /** Takes over every value of another state. */
  copyFrom(other: CpuState): void {
    this.gpr.set(other.gpr);
    this.selectors.set(other.selectors);
    for (const name of SCALARS) this[name] = other[name];
    for (const name of ["cpl", "ldtr", "tr", "retired"] as const) this[name] = other[name];
    for (const name of ["gdtr", "idtr"] as const) {
      this[name].base = other[name].base;
      this[name].limit = other[name].limit;
    }
    this.halted = other.halted;
    this.interruptShadow = other.interruptShadow;
  }
}

const SCALARS = [
  ...(["rip", "rflags", "cr0", "cr2", "cr3", "cr4", "cr8", "efer", "trBase"] as const),
  ...(["star", "lstar", "fmask", "fsBase", "gsBase", "kernelGsBase", "tscAux"] as const),
] as const;
