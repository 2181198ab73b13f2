import { advance, elementBytes, repeated, stringAddress } from "./execute-string.ts";
import { requireIoPrivilege } from "./privilege.ts";
import type { Executor } from "./executor.ts";
import { GPR, type Instruction, type Operand } from "./instruction.ts";
import { bytesOf, readOperand, writeOperand } from "./operand-access.ts";
import type { Processor } from "./processor.ts";

type PortBytes = 1 | 2 | 4;

function portIn(processor: Processor, instruction: Instruction): void {
  requireIoPrivilege(processor.cpu);
  const port = Number(readOperand(processor, instruction, 1));
  const byteCount = bytesOf(instruction.operands[0] as Operand) as PortBytes;
  const value = processor.platform.portRead(port, byteCount);
  writeOperand(processor, instruction, 0, BigInt(value >>> 0));
}

function portOut(processor: Processor, instruction: Instruction): void {
  requireIoPrivilege(processor.cpu);
  const port = Number(readOperand(processor, instruction, 0));
  const byteCount = bytesOf(instruction.operands[1] as Operand) as PortBytes;
  processor.platform.portWrite(port, byteCount, Number(readOperand(processor, instruction, 1)));
}

function dx({ cpu }: Processor): number {
  return Number((cpu.gpr[GPR.rdx] as bigint) & 0xffffn);
}

const ins = repeated((processor, instruction) => {
  requireIoPrivilege(processor.cpu);
  const byteCount = elementBytes(instruction) as PortBytes;
  const at = stringAddress(processor, instruction, GPR.rdi);
  // The port must not be read for a store that faults.
  processor.memory.probeStore(at, byteCount);
  const value = processor.platform.portRead(dx(processor), byteCount);
  processor.memory.store(at, byteCount, BigInt(value >>> 0));
  advance(processor, instruction, GPR.rdi);
});

const outs = repeated((processor, instruction) => {
  requireIoPrivilege(processor.cpu);
  const byteCount = elementBytes(instruction) as PortBytes;
  const value = processor.memory.load(stringAddress(processor, instruction, GPR.rsi), byteCount);
  processor.platform.portWrite(dx(processor), byteCount, Number(value));
  advance(processor, instruction, GPR.rsi);
});

/** Port I/O. */
export const PORTS = {
  in: portIn,
  out: portOut,
  insb: ins,
  insw: ins,
  insd: ins,
  outsb: outs,
  outsw: outs,
  outsd: outs,
} satisfies Record<string, Executor>;
