import type { Executor } from "./executor.ts";
import { ALL_FLAGS, FLAG, FLAGS_FIXED, STATUS_FLAGS } from "./flags.ts";
import { GPR, type Instruction } from "./instruction.ts";
import { ioPrivilegeLevel, requireIoPrivilege } from "./privilege.ts";
import type { Processor } from "./processor.ts";
import type { CpuState } from "./state.ts";

/**
 * What POPF, IRET and their like make of RFLAGS at a privilege level: IOPL changes at CPL 0 only,
 * IF only where CPL is not above IOPL; otherwise they keep their values, without a fault. Intel
 * SDM vol. 2B, "POPF/POPFD/POPFQ", table 4-21.
 */
export function flagsLoaded(cpu: CpuState, value: bigint, bits = 64): bigint {
  let writable = ALL_FLAGS & ((1n << BigInt(bits)) - 1n);
  if (cpu.cpl !== 0) writable &= ~FLAG.IOPL;
  if (cpu.cpl > ioPrivilegeLevel(cpu)) writable &= ~FLAG.IF;
  return (cpu.rflags & ~writable) | (value & writable) | FLAGS_FIXED;
}

function pushFlags(processor: Processor, { operandBytes }: Instruction): void {
  processor.push(processor.cpu.rflags & ~FLAG.RF, operandBytes === 2 ? 2 : 8);
}

function popFlags(processor: Processor, { operandBytes }: Instruction): void {
  const value = processor.pop(operandBytes === 2 ? 2 : 8);
  const { cpu } = processor;
  cpu.rflags = flagsLoaded(cpu, value & ~FLAG.RF, 8 * operandBytes) & ~FLAG.RF;
}

function clearInterrupts({ cpu }: Processor): void {
  requireIoPrivilege(cpu);
  cpu.rflags &= ~FLAG.IF;
}

/** Interrupts stay off for one more instruction. SDM vol. 2B, "STI". */
function setInterrupts({ cpu }: Processor): void {
  requireIoPrivilege(cpu);
  if ((cpu.rflags & FLAG.IF) === 0n) cpu.interruptShadow = true;
  cpu.rflags |= FLAG.IF;
}

const SAHF_FLAGS = STATUS_FLAGS & ~FLAG.OF;

function loadAh({ cpu }: Processor): void {
  const flags = (cpu.rflags & SAHF_FLAGS) | FLAGS_FIXED;
  cpu.gpr[GPR.rax] = ((cpu.gpr[GPR.rax] as bigint) & ~0xff00n) | (flags << 8n);
}

function storeAh({ cpu }: Processor): void {
  const ah = (cpu.gpr[GPR.rax] as bigint) >> 8n;
  cpu.rflags = (cpu.rflags & ~SAHF_FLAGS) | (ah & SAHF_FLAGS);
}

/** Instructions on RFLAGS itself. */
export const FLAG_MOVES = {
  pushf: pushFlags,
  pushfq: pushFlags,
  popf: popFlags,
  popfq: popFlags,
  cli: clearInterrupts,
  sti: setInterrupts,
  clc: ({ cpu }) => {
    cpu.rflags &= ~FLAG.CF;
  },
  stc: ({ cpu }) => {
    cpu.rflags |= FLAG.CF;
  },
  cmc: ({ cpu }) => {
    cpu.rflags ^= FLAG.CF;
  },
  cld: ({ cpu }) => {
    cpu.rflags &= ~FLAG.DF;
  },
  std: ({ cpu }) => {
    cpu.rflags |= FLAG.DF;
  },
  lahf: loadAh,
  sahf: storeAh,
} satisfies Record<string, Executor>;
