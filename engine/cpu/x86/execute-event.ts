import { deliver } from "./delivery.ts";
import { readCodeDescriptor } from "./descriptor.ts";
import { generalProtection, invalidOpcode, VECTOR } from "./exception.ts";
import { flagsLoaded } from "./execute-flags.ts";
import type { Executor } from "./executor.ts";
import { FLAG, FLAGS_FIXED } from "./flags.ts";
import { GPR, type Instruction, SEGMENT } from "./instruction.ts";
import { readOperand } from "./operand-access.ts";
import { isCanonical } from "./paging.ts";
import { requireKernel } from "./privilege.ts";
import type { Processor } from "./processor.ts";
import { CONTROL } from "./state.ts";

function softwareInterrupt(processor: Processor, instruction: Instruction): void {
  const vector =
    instruction.mnemonic === "int3"
      ? VECTOR.breakpoint
      : Number(readOperand(processor, instruction, 0));
  deliver(processor, vector, { errorCode: undefined, software: true });
}

/**
 * IRETQ pops RIP, CS, RFLAGS, RSP and SS. Intel SDM vol. 2A, "IRET/IRETD/IRETQ". Not modelled:
 * returns to 32-bit code, nested tasks, and the checks of SS.
 */
function interruptReturn(processor: Processor): void {
  const { cpu } = processor;
  const rip = processor.pop();
  const selector = Number(processor.pop() & 0xffffn);
  const flags = processor.pop();
  const rsp = processor.pop();
  const stackSelector = Number(processor.pop() & 0xffffn);
  const rpl = selector & 3;
  if (rpl < cpu.cpl) throw generalProtection(selector & 0xfffc);
  const code = readCodeDescriptor(processor, selector);
  if (code.dpl !== rpl) throw generalProtection(selector & 0xfffc);
  if (!isCanonical(rip)) throw generalProtection();
  cpu.rflags = flagsLoaded(cpu, flags);
  cpu.rip = rip;
  cpu.selectors[SEGMENT.cs] = selector;
  cpu.selectors[SEGMENT.ss] = stackSelector;
  cpu.cpl = rpl;
  processor.rsp = rsp;
}

/** Intel SDM vol. 2B, "SYSCALL - Fast System Call". */
function systemCall(processor: Processor): void {
  const { cpu } = processor;
  if ((cpu.efer & CONTROL.EFER_SCE) === 0n) throw invalidOpcode();
  cpu.gpr[GPR.rcx] = cpu.rip;
  cpu.gpr[GPR.r11] = cpu.rflags & ~FLAG.RF;
  cpu.rip = cpu.lstar;
  cpu.rflags = (cpu.rflags & ~cpu.fmask & ~FLAG.RF) | FLAGS_FIXED;
  const selector = Number((cpu.star >> 32n) & 0xfffcn);
  cpu.selectors[SEGMENT.cs] = selector;
  cpu.selectors[SEGMENT.ss] = selector + 8;
  cpu.cpl = 0;
}

/** Intel SDM vol. 2B, "SYSRET - Return From Fast System Call", to 64-bit code. */
function systemReturn({ cpu }: Processor): void {
  if ((cpu.efer & CONTROL.EFER_SCE) === 0n) throw invalidOpcode();
  requireKernel(cpu);
  const rip = cpu.gpr[GPR.rcx] as bigint;
  if (!isCanonical(rip)) throw generalProtection();
  cpu.rip = rip;
  cpu.rflags = flagsLoaded(cpu, (cpu.gpr[GPR.r11] as bigint) & ~FLAG.RF) & ~FLAG.RF;
  const selector = Number((cpu.star >> 48n) & 0xffffn);
  cpu.selectors[SEGMENT.cs] = (selector + 16) | 3;
  cpu.selectors[SEGMENT.ss] = (selector + 8) | 3;
  cpu.cpl = 3;
}

function swapGsBase({ cpu }: Processor): void {
  requireKernel(cpu);
  [cpu.gsBase, cpu.kernelGsBase] = [cpu.kernelGsBase, cpu.gsBase];
}

/** Without a hypervisor that owns them, hypercalls are undefined: #UD. */
function undefinedHere(): never {
  throw invalidOpcode();
}

/** Ways into and out of the kernel. */
export const EVENTS = {
  int: softwareInterrupt,
  int3: softwareInterrupt,
  iretq: interruptReturn,
  syscall: systemCall,
  sysretq: systemReturn,
  swapgs: swapGsBase,
  vmcall: undefinedHere,
  vmmcall: undefinedHere,
  ud2: undefinedHere,
} satisfies Record<string, Executor>;
