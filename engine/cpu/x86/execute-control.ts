import { generalProtection } from "./exception.ts";
import type { Executor } from "./executor.ts";
import { GPR, type Instruction, type Operand } from "./instruction.ts";
import { readMsr, writeMsr } from "./msr.ts";
import { readOperand, writeOperand } from "./operand-access.ts";
import { PTE_ADDRESS } from "./paging.ts";
import { requireKernel } from "./privilege.ts";
import type { Processor } from "./processor.ts";
import { CONTROL as BITS, type CpuState } from "./state.ts";

/** Reads control register 0, 2, 3, 4 or 8. */
export function readControl(cpu: CpuState, register: number): bigint {
  return cpu[`cr${register}` as "cr0" | "cr2" | "cr3" | "cr4" | "cr8"];
}

/**
 * Writes a control register as MOV does. Paging, protection and PAE cannot be switched off in
 * 64-bit mode. Intel SDM vol. 2B, "MOV - Move to/from Control Registers".
 * @throws CpuException #GP(0) for a value that the processor refuses.
 */
export function writeControl(cpu: CpuState, register: number, value: bigint): void {
  if (register === 0) {
    const needed = BITS.CR0_PE | BITS.CR0_PG;
    if ((value & needed) !== needed || value >> 32n !== 0n) throw generalProtection();
  }
  if (register === 4 && (value & BITS.CR4_PAE) === 0n) throw generalProtection();
  if (register === 3 && (value & ~(PTE_ADDRESS | 0xfffn)) !== 0n) throw generalProtection();
  if (register === 8 && value > 15n) throw generalProtection();
  cpu[`cr${register}` as "cr0" | "cr2" | "cr3" | "cr4" | "cr8"] = value;
}

/** MOV to and from a control register. */
export function moveControl(processor: Processor, instruction: Instruction): void {
  const { cpu } = processor;
  requireKernel(cpu);
  const [to, from] = instruction.operands as [Operand, Operand];
  if (from.kind === "control") {
    writeOperand(processor, instruction, 0, readControl(cpu, from.register));
  } else if (to.kind === "control") {
    writeControl(cpu, to.register, readOperand(processor, instruction, 1));
  }
}

/** SMSW has no privilege check: anyone may read CR0. */
function storeMachineStatus(processor: Processor, instruction: Instruction): void {
  writeOperand(processor, instruction, 0, processor.cpu.cr0);
}

/** LMSW loads PE, MP, EM and TS, and cannot clear PE. */
function loadMachineStatus(processor: Processor, instruction: Instruction): void {
  const { cpu } = processor;
  requireKernel(cpu);
  const value = readOperand(processor, instruction, 0) & 0xfn;
  cpu.cr0 = (cpu.cr0 & ~0xen) | value;
}

function clearTaskSwitched({ cpu }: Processor): void {
  requireKernel(cpu);
  cpu.cr0 &= ~BITS.CR0_TS;
}

function low32(cpu: CpuState, register: number): number {
  return Number(BigInt.asUintN(32, cpu.gpr[register] as bigint));
}

function identify({ cpu, platform }: Processor): void {
  const result = platform.cpuid(low32(cpu, GPR.rax), low32(cpu, GPR.rcx));
  cpu.gpr[GPR.rax] = BigInt(result.eax >>> 0);
  cpu.gpr[GPR.rbx] = BigInt(result.ebx >>> 0);
  cpu.gpr[GPR.rcx] = BigInt(result.ecx >>> 0);
  cpu.gpr[GPR.rdx] = BigInt(result.edx >>> 0);
}

/** Splits a value over EDX:EAX. */
function splitOver({ cpu }: Processor, value: bigint): void {
  cpu.gpr[GPR.rax] = BigInt.asUintN(32, value);
  cpu.gpr[GPR.rdx] = BigInt.asUintN(64, value) >> 32n;
}

function readModelRegister(processor: Processor): void {
  const { cpu, platform } = processor;
  requireKernel(cpu);
  const value = readMsr(cpu, platform, low32(cpu, GPR.rcx));
  if (value === undefined) throw generalProtection();
  splitOver(processor, value);
}

function writeModelRegister({ cpu, platform }: Processor): void {
  requireKernel(cpu);
  const high = BigInt.asUintN(32, cpu.gpr[GPR.rdx] as bigint);
  const value = (high << 32n) | BigInt.asUintN(32, cpu.gpr[GPR.rax] as bigint);
  if (!writeMsr(cpu, platform, low32(cpu, GPR.rcx), value)) throw generalProtection();
}

/** CR4.TSD is not modelled: anyone may read the time. */
function readTimestamp(processor: Processor, { mnemonic }: Instruction): void {
  splitOver(processor, processor.platform.timestamp());
  const { cpu } = processor;
  if (mnemonic === "rdtscp") cpu.gpr[GPR.rcx] = BigInt.asUintN(32, cpu.tscAux);
}

function halt({ cpu }: Processor): void {
  requireKernel(cpu);
  cpu.halted = true;
}

/** There is no TLB and no cache: only the privilege is checked. */
function kernelOnly({ cpu }: Processor): void {
  requireKernel(cpu);
}

/** Control registers, MSRs, CPUID, time, HLT. */
export const CONTROL = {
  smsw: storeMachineStatus,
  lmsw: loadMachineStatus,
  clts: clearTaskSwitched,
  cpuid: identify,
  rdmsr: readModelRegister,
  wrmsr: writeModelRegister,
  rdtsc: readTimestamp,
  rdtscp: readTimestamp,
  hlt: halt,
  invlpg: kernelOnly,
  invd: kernelOnly,
  wbinvd: kernelOnly,
} satisfies Record<string, Executor>;
