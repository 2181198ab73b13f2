import { readCodeDescriptor } from "./descriptor.ts";
import { CpuException, generalProtection, VECTOR } from "./exception.ts";
import { FLAG } from "./flags.ts";
import { SEGMENT } from "./instruction.ts";
import { isCanonical } from "./paging.ts";
import type { Processor } from "./processor.ts";

/** How an event reaches the IDT. */
export interface DeliveryOptions {
  /** Pushed behind RIP, or undefined. */
  readonly errorCode: number | undefined;
  /** INT n and INT3: the gate's DPL is checked. */
  readonly software: boolean;
}

/** A 64-bit interrupt or trap gate. Intel SDM vol. 3A, figure 6-8 "64-Bit IDT Gate Descriptors". */
export interface Gate {
  readonly offset: bigint;
  readonly selector: number;
  /** Interrupt stack table entry, 1 to 7, or 0. */
  readonly ist: number;
  readonly dpl: number;
  readonly present: boolean;
  /** Interrupt gates clear IF, trap gates do not. */
  readonly clearsInterruptFlag: boolean;
}

const INTERRUPT_GATE = 14;
const TRAP_GATE = 15;

/**
 * Reads the gate of a vector.
 * @throws CpuException #GP when the table has none.
 */
export function readGate(processor: Processor, vector: number): Gate {
  const { idtr } = processor.cpu;
  // Error code: the vector's index with the IDT bit.
  const errorCode = vector * 8 + 2;
  if (vector * 16 + 15 > idtr.limit) throw generalProtection(errorCode);
  const low = processor.memory.load(idtr.base + BigInt(vector * 16), 8, true);
  const high = processor.memory.load(idtr.base + BigInt(vector * 16 + 8), 4, true);
  const type = Number((low >> 40n) & 0x1fn);
  if (type !== INTERRUPT_GATE && type !== TRAP_GATE) throw generalProtection(errorCode);
  return {
    offset: (low & 0xffffn) | (((low >> 48n) & 0xffffn) << 16n) | (high << 32n),
    selector: Number((low >> 16n) & 0xffffn),
    ist: Number((low >> 32n) & 7n),
    dpl: Number((low >> 45n) & 3n),
    present: ((low >> 47n) & 1n) !== 0n,
    clearsInterruptFlag: type === INTERRUPT_GATE,
  };
}

/**
 * Delivers an interrupt or exception: switches to the handler's ring and stack and pushes the frame.
 * Intel SDM vol. 3A, 6.14 "Exception and Interrupt Handling in 64-bit Mode". Not modelled: gates
 * of 16 bits, conforming code, the EXT bit of error codes.
 */
export function deliver(processor: Processor, vector: number, options: DeliveryOptions): void {
  const { cpu, memory } = processor;
  const gate = readGate(processor, vector);
  const errorCode = vector * 8 + 2;
  if (options.software && gate.dpl < cpu.cpl) throw generalProtection(errorCode);
  if (!gate.present) throw new CpuException(VECTOR.segmentNotPresent, errorCode);
  const code = readCodeDescriptor(processor, gate.selector);
  if (code.dpl > cpu.cpl) throw generalProtection(gate.selector & 0xfffc);
  if (!isCanonical(gate.offset)) throw generalProtection();
  const inner = code.dpl < cpu.cpl;
  let top = stackFor(processor, gate.ist, inner, code.dpl) & ~0xfn;
  const frame = [
    BigInt(cpu.selectors[SEGMENT.ss] as number),
    processor.rsp,
    cpu.rflags,
    BigInt(cpu.selectors[SEGMENT.cs] as number),
    cpu.rip,
  ];
  if (options.errorCode !== undefined) frame.push(BigInt(options.errorCode));
  for (const value of frame) {
    top -= 8n;
    memory.store(top, 8, value, true);
  }
  processor.rsp = BigInt.asUintN(64, top);
  if (inner) cpu.selectors[SEGMENT.ss] = code.dpl;
  cpu.selectors[SEGMENT.cs] = (gate.selector & 0xfffc) | code.dpl;
  cpu.cpl = code.dpl;
  cpu.rflags &= ~(FLAG.TF | FLAG.NT | FLAG.RF);
  if (gate.clearsInterruptFlag) cpu.rflags &= ~FLAG.IF;
  cpu.rip = gate.offset;
}

/** The stack of an interrupt-stack-table entry, or of the inner ring, or the one in use. */
function stackFor(processor: Processor, ist: number, inner: boolean, ring: number): bigint {
  if (ist === 0 && !inner) return processor.rsp;
  // 64-bit TSS: RSP0 at 4, IST1 at 36. SDM vol. 3A, figure 7-11.
  const offset = ist > 0 ? 28 + 8 * ist : 4 + 8 * ring;
  return processor.memory.load(processor.cpu.trBase + BigInt(offset), 8, true);
}
