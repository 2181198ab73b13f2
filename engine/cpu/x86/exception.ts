/** Vectors of the exceptions that the model raises. Intel SDM vol. 3A, table 6-1. */
export const VECTOR = {
  divideError: 0,
  breakpoint: 3,
  invalidOpcode: 6,
  doubleFault: 8,
  invalidTss: 10,
  segmentNotPresent: 11,
  stackFault: 12,
  generalProtection: 13,
  pageFault: 14,
} as const;

/** Bits of a page fault's error code. Intel SDM vol. 3A, 4.7 "Page-Fault Exceptions". */
export const PAGE_FAULT = { P: 1, WR: 2, US: 4, RSVD: 8, ID: 16 } as const;

const NAMES: Readonly<Record<number, string>> = {
  0: "#DE",
  3: "#BP",
  6: "#UD",
  8: "#DF",
  10: "#TS",
  11: "#NP",
  12: "#SS",
  13: "#GP",
  14: "#PF",
};

/** An exception by its short name, `#PF`, or its number. */
export function exceptionName(vector: number): string {
  return NAMES[vector] ?? `#${vector}`;
}

/**
 * A fault that an instruction raises. It is thrown inside the executor and caught by whoever runs
 * the instruction; the CPU's state is then as before the instruction.
 */
export class CpuException extends Error {
  override readonly name = "CpuException";
  /** 0 to 31, one of {@link VECTOR}. */
  readonly vector: number;
  /** The error code that is pushed, or undefined for vectors without one. */
  readonly errorCode: number | undefined;
  /** The linear address that a page fault leaves in CR2. */
  readonly faultAddress: bigint;

  constructor(vector: number, errorCode?: number, faultAddress = 0n) {
    super(`${exceptionName(vector)}${errorCode === undefined ? "" : `(${errorCode})`}`);
    this.vector = vector;
    this.errorCode = errorCode;
    this.faultAddress = faultAddress;
  }
}

/** #UD: not an instruction here. */
export function invalidOpcode(): CpuException {
  return new CpuException(VECTOR.invalidOpcode);
}

/** #GP with a selector's error code, 0 for none. */
export function generalProtection(errorCode = 0): CpuException {
  return new CpuException(VECTOR.generalProtection, errorCode);
}

/** #PF at a linear address; `errorCode` is made of {@link PAGE_FAULT}. */
export function pageFault(faultAddress: bigint, errorCode: number): CpuException {
  return new CpuException(VECTOR.pageFault, errorCode, faultAddress);
}
