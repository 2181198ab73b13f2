import { generalProtection, VECTOR, CpuException } from "./exception.ts";
import type { Processor } from "./processor.ts";

/** What the model reads of a segment descriptor. Intel SDM vol. 3A, 3.4.5 "Segment Descriptors". */
export interface Descriptor {
  /** Linear address of the descriptor, for those whose busy bit is set. */
  readonly address: bigint;
  readonly base: bigint;
  /** Type field, 0 to 15. */
  readonly type: number;
  /** Code or data (S = 1) instead of a system descriptor. */
  readonly ordinary: boolean;
  readonly dpl: number;
  readonly present: boolean;
  /** L: 64-bit code. */
  readonly long: boolean;
}

/** Bits of the type field of an ordinary descriptor. */
const CODE = 8;

/**
 * Reads the descriptor that a selector names from the GDT; the LDT is not modelled.
 * @throws CpuException #GP(selector) beyond the table, in the LDT, or null.
 */
export function readDescriptor(processor: Processor, selector: number): Descriptor {
  const { gdtr } = processor.cpu;
  const offset = selector & 0xfff8;
  if ((selector & 4) !== 0 || offset + 7 > gdtr.limit || offset === 0) {
    throw generalProtection(selector & 0xfffc);
  }
  const address = gdtr.base + BigInt(offset);
  const low = processor.memory.load(address, 8, true);
  const access = Number((low >> 40n) & 0xffn);
  const ordinary = (access & 0x10) !== 0;
  let base = ((low >> 16n) & 0xff_ffffn) | (((low >> 56n) & 0xffn) << 24n);
  if (!ordinary) base |= processor.memory.load(address + 8n, 4, true) << 32n;
  return {
    address,
    base,
    type: access & 15,
    ordinary,
    dpl: (access >> 5) & 3,
    present: (access & 0x80) !== 0,
    long: ((low >> 53n) & 1n) !== 0n,
  };
}

/** Reads a descriptor of 64-bit code. @throws CpuException #GP or #NP with the selector. */
export function readCodeDescriptor(processor: Processor, selector: number): Descriptor {
  const descriptor = readDescriptor(processor, selector);
  if (!descriptor.ordinary || (descriptor.type & CODE) === 0 || !descriptor.long) {
    throw generalProtection(selector & 0xfffc);
  }
  if (!descriptor.present) throw new CpuException(VECTOR.segmentNotPresent, selector & 0xfffc);
  return descriptor;
}

/** Whether an ordinary descriptor is data, or code that can be read. */
export function isReadable({ ordinary, type }: Descriptor): boolean {
  return ordinary && ((type & CODE) === 0 || (type & 2) !== 0);
}

/** Whether an ordinary descriptor is data that can be written. */
export function isWritable({ ordinary, type }: Descriptor): boolean {
  return ordinary && (type & CODE) === 0 && (type & 2) !== 0;
}
