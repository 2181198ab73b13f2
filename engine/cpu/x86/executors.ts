import { holds } from "./alu.ts";
import { ARITHMETIC } from "./execute-arithmetic.ts";
import { BITS } from "./execute-bits.ts";
import { BRANCHES } from "./execute-branch.ts";
import { CONTROL } from "./execute-control.ts";
import { EVENTS } from "./execute-event.ts";
import { FLAG_MOVES } from "./execute-flags.ts";
import { MOVES } from "./execute-move.ts";
import { PORTS } from "./execute-port.ts";
import { STRINGS } from "./execute-string.ts";
import { TABLES } from "./execute-table.ts";
import type { Executor } from "./executor.ts";
import type { Instruction } from "./instruction.ts";
import type { PlainMnemonic } from "./mnemonic.ts";
import { readOperand, writeOperand } from "./operand-access.ts";
import type { Processor } from "./processor.ts";

const EXECUTORS: Readonly<Record<PlainMnemonic, Executor>> = {
  ...MOVES,
  ...ARITHMETIC,
  ...BITS,
  ...BRANCHES,
  ...STRINGS,
  ...PORTS,
  ...FLAG_MOVES,
  ...CONTROL,
  ...TABLES,
  ...EVENTS,
};

/** Carries an instruction out as the processor itself does, with its privilege checks. */
export function perform(processor: Processor, instruction: Instruction): void {
  if (instruction.condition >= 0) performConditional(processor, instruction);
  else EXECUTORS[instruction.mnemonic as PlainMnemonic](processor, instruction);
}

/** Jcc, SETcc and CMOVcc. */
function performConditional(processor: Processor, instruction: Instruction): void {
  const { cpu } = processor;
  const { mnemonic, operands, condition } = instruction;
  const taken = holds(condition, cpu.rflags);
  if (mnemonic.startsWith("set")) {
    writeOperand(processor, instruction, 0, taken ? 1n : 0n);
  } else if (mnemonic.startsWith("cmov")) {
    // The source is read, and may fault, either way; 32 bits clear the upper half either way.
    const source = readOperand(processor, instruction, 1);
    const before = readOperand(processor, instruction, 0);
    writeOperand(processor, instruction, 0, taken ? source : before);
  } else if (taken && operands[0]?.kind === "target") {
    cpu.rip = operands[0].address;
  }
}
