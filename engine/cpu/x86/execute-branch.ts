import { FLAG } from "./flags.ts";
import { generalProtection } from "./exception.ts";
import type { Executor } from "./executor.ts";
import { GPR, type Instruction } from "./instruction.ts";
import { readOperand } from "./operand-access.ts";
import { isCanonical } from "./paging.ts";
import type { Processor } from "./processor.ts";

function jumpTo(processor: Processor, target: bigint): void {
  if (!isCanonical(target)) throw generalProtection();
  processor.cpu.rip = target;
}

function call(processor: Processor, instruction: Instruction): void {
  const target = readOperand(processor, instruction, 0);
  const back = processor.cpu.rip;
  jumpTo(processor, target);
  processor.push(back);
}

function returnNear(processor: Processor, instruction: Instruction): void {
  jumpTo(processor, processor.pop());
  if (instruction.operands.length === 0) return;
  const released = readOperand(processor, instruction, 0);
  processor.rsp = BigInt.asUintN(64, processor.rsp + released);
}

function counter({ cpu }: Processor, { addressBytes }: Instruction): bigint {
  return BigInt.asUintN(8 * addressBytes, cpu.gpr[GPR.rcx] as bigint);
}

/** LOOP counts RCX (ECX with an address size of 32) down and looks at ZF if it has a condition. */
function loop(zero: boolean | undefined): Executor {
  return (processor, instruction) => {
    const { cpu } = processor;
    const count = BigInt.asUintN(
      8 * instruction.addressBytes,
      counter(processor, instruction) - 1n,
    );
    cpu.gpr[GPR.rcx] = count;
    const matches = zero === undefined || ((cpu.rflags & FLAG.ZF) !== 0n) === zero;
    if (count !== 0n && matches) jumpTo(processor, readOperand(processor, instruction, 0));
  };
}

function jumpIfZero(processor: Processor, instruction: Instruction): void {
  if (counter(processor, instruction) !== 0n) return;
  jumpTo(processor, readOperand(processor, instruction, 0));
}

/** Jumps, calls and loops besides Jcc. */
export const BRANCHES = {
  jmp: (processor, instruction) => jumpTo(processor, readOperand(processor, instruction, 0)),
  call,
  ret: returnNear,
  loop: loop(undefined),
  loope: loop(true),
  loopne: loop(false),
  jrcxz: jumpIfZero,
  jecxz: jumpIfZero,
} satisfies Record<string, Executor>;
