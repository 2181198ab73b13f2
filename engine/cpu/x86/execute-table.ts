import { isReadable, isWritable, readDescriptor } from "./descriptor.ts";
import { CpuException, generalProtection, VECTOR } from "./exception.ts";
import type { Executor } from "./executor.ts";
import { type Instruction, type MemoryOperand, SEGMENT } from "./instruction.ts";
import { linearAddress, readOperand, writeOperand } from "./operand-access.ts";
import { isCanonical } from "./paging.ts";
import { requireKernel } from "./privilege.ts";
import type { Processor } from "./processor.ts";

/**
 * SGDT and SIDT have no privilege check (UMIP is not modelled): 2 bytes of limit and 8 of base.
 * Intel SDM vol. 2B, "SGDT - Store Global Descriptor Table Register".
 */
function storeTable(name: "gdtr" | "idtr"): Executor {
  return (processor, instruction) => {
    const { cpu, memory } = processor;
    const at = linearAddress(cpu, instruction, instruction.operands[0] as MemoryOperand);
    memory.probeStore(at + 2n, 8);
    memory.store(at, 2, BigInt(cpu[name].limit));
    memory.store(at + 2n, 8, cpu[name].base);
  };
}

function loadTable(name: "gdtr" | "idtr"): Executor {
  return (processor, instruction) => {
    const { cpu, memory } = processor;
    requireKernel(cpu);
    const at = linearAddress(cpu, instruction, instruction.operands[0] as MemoryOperand);
    const limit = memory.load(at, 2);
    const base = memory.load(at + 2n, 8);
    if (!isCanonical(base)) throw generalProtection();
    cpu[name].limit = Number(limit);
    cpu[name].base = base;
  };
}

function loadTask(processor: Processor, instruction: Instruction): void {
  const { cpu, memory } = processor;
  requireKernel(cpu);
  const selector = Number(readOperand(processor, instruction, 0) & 0xffffn);
  const descriptor = readDescriptor(processor, selector);
  // Type 9 is an available 64-bit TSS; loading makes it busy, 11.
  if (descriptor.ordinary || descriptor.type !== 9) throw generalProtection(selector & 0xfffc);
  if (!descriptor.present) throw new CpuException(VECTOR.segmentNotPresent, selector & 0xfffc);
  const access = memory.load(descriptor.address + 5n, 1, true);
  memory.store(descriptor.address + 5n, 1, access | 2n, true);
  cpu.tr = selector;
  cpu.trBase = descriptor.base;
}

/** Only the null selector can be loaded: there is no LDT. */
function loadLocalTable(processor: Processor, instruction: Instruction): void {
  requireKernel(processor.cpu);
  const selector = Number(readOperand(processor, instruction, 0) & 0xffffn);
  if ((selector & 0xfffc) !== 0) throw generalProtection(selector & 0xfffc);
  processor.cpu.ldtr = selector;
}

/** MOV to a segment register. Intel SDM vol. 2B, "MOV - Move", operation. */
export function moveToSegment(processor: Processor, instruction: Instruction): void {
  const { cpu } = processor;
  const [operand] = instruction.operands;
  const segment = operand?.kind === "segment" ? operand.segment : 0;
  const selector = Number(readOperand(processor, instruction, 1) & 0xffffn);
  const base = segmentBase(processor, segment, selector);
  cpu.selectors[segment] = selector;
  if (segment === SEGMENT.fs) cpu.fsBase = base;
  if (segment === SEGMENT.gs) cpu.gsBase = base;
  if (segment === SEGMENT.ss) cpu.interruptShadow = true;
}

function segmentBase(processor: Processor, segment: number, selector: number): bigint {
  const { cpl } = processor.cpu;
  const rpl = selector & 3;
  const isStack = segment === SEGMENT.ss;
  if ((selector & 0xfffc) === 0) {
    if (isStack && (cpl === 3 || rpl !== cpl)) throw generalProtection();
    return 0n;
  }
  const errorCode = selector & 0xfffc;
  const descriptor = readDescriptor(processor, selector);
  if (isStack) {
    if (rpl !== cpl || descriptor.dpl !== cpl) throw generalProtection(errorCode);
    if (!isWritable(descriptor)) throw generalProtection(errorCode);
    if (!descriptor.present) throw new CpuException(VECTOR.stackFault, errorCode);
    return 0n;
  }
  const reachable = descriptor.dpl >= Math.max(cpl, rpl);
  if (!isReadable(descriptor) || !reachable) throw generalProtection(errorCode);
  if (!descriptor.present) throw new CpuException(VECTOR.segmentNotPresent, errorCode);
  return descriptor.base;
}

/** Descriptor-table registers. */
export const TABLES = {
  sgdt: storeTable("gdtr"),
  sidt: storeTable("idtr"),
  lgdt: loadTable("gdtr"),
  lidt: loadTable("idtr"),
  sldt: (processor, instruction) => {
    writeOperand(processor, instruction, 0, BigInt(processor.cpu.ldtr));
  },
  str: (processor, instruction) => {
    writeOperand(processor, instruction, 0, BigInt(processor.cpu.tr));
  },
  lldt: loadLocalTable,
  ltr: loadTask,
} satisfies Record<string, Executor>;
