import { subtract } from "./alu.ts";
import { setStatus } from "./execute-arithmetic.ts";
import type { Executor } from "./executor.ts";
import { FLAG } from "./flags.ts";
import { GPR, type Instruction, type OperandBytes } from "./instruction.ts";
import { writeRegister } from "./operand-access.ts";
import type { Processor } from "./processor.ts";

/** Size in bytes of a string instruction's element, by the last letter of its name. */
export function elementBytes({ mnemonic }: Instruction): OperandBytes {
  return { b: 1, w: 2, d: 4, q: 8 }[mnemonic.slice(-1) as "b" | "w" | "d" | "q"] as OperandBytes;
}

/** Address in RSI or RDI, cut to the address size; a segment override moves RSI only. */
export function stringAddress(
  { cpu }: Processor,
  { addressBytes, bytes }: Instruction,
  register: number,
): bigint {
  const offset = BigInt.asUintN(8 * addressBytes, cpu.gpr[register] as bigint);
  if (register !== GPR.rsi) return offset;
  const override = bytes.findLast((byte) => byte === 0x64 || byte === 0x65);
  const base = override === undefined ? 0n : override === 0x64 ? cpu.fsBase : cpu.gsBase;
  return BigInt.asUintN(64, base + offset);
}

/** Moves RSI or RDI one element on, by DF. */
export function advance({ cpu }: Processor, instruction: Instruction, register: number): void {
  const size = BigInt(elementBytes(instruction));
  const delta = (cpu.rflags & FLAG.DF) === 0n ? size : -size;
  const next = (cpu.gpr[register] as bigint) + delta;
  cpu.gpr[register] = BigInt.asUintN(8 * instruction.addressBytes, next);
}

/**
 * Wraps one element's work in the repetition: each call does one iteration and leaves RIP at the
 * instruction until RCX is 0 (or ZF ends it), so that faults and interrupts fall between two.
 * Intel SDM vol. 2B, "REP/REPE/REPZ/REPNE/REPNZ".
 */
export function repeated(work: Executor, comparesZero = false): Executor {
  return (processor, instruction) => {
    const { cpu } = processor;
    if (instruction.repeat === "none") {
      work(processor, instruction);
      return;
    }
    const bits = 8 * instruction.addressBytes;
    const count = BigInt.asUintN(bits, cpu.gpr[GPR.rcx] as bigint);
    if (count === 0n) return;
    work(processor, instruction);
    cpu.gpr[GPR.rcx] = count - 1n;
    const zero = (cpu.rflags & FLAG.ZF) !== 0n;
    const ended = comparesZero && zero !== (instruction.repeat === "rep");
    if (count !== 1n && !ended) cpu.rip = instruction.address;
  };
}

function move(processor: Processor, instruction: Instruction): void {
  const size = elementBytes(instruction);
  const value = processor.memory.load(stringAddress(processor, instruction, GPR.rsi), size);
  processor.memory.store(stringAddress(processor, instruction, GPR.rdi), size, value);
  advance(processor, instruction, GPR.rsi);
  advance(processor, instruction, GPR.rdi);
}

function store(processor: Processor, instruction: Instruction): void {
  const size = elementBytes(instruction);
  const value = processor.cpu.gpr[GPR.rax] as bigint;
  processor.memory.store(stringAddress(processor, instruction, GPR.rdi), size, value);
  advance(processor, instruction, GPR.rdi);
}

function load(processor: Processor, instruction: Instruction): void {
  const bytes = elementBytes(instruction);
  const value = processor.memory.load(stringAddress(processor, instruction, GPR.rsi), bytes);
  writeRegister(processor.cpu, { kind: "register", register: GPR.rax, bytes, high: false }, value);
  advance(processor, instruction, GPR.rsi);
}

function compare(processor: Processor, instruction: Instruction): void {
  const size = elementBytes(instruction);
  const a = processor.memory.load(stringAddress(processor, instruction, GPR.rsi), size);
  const b = processor.memory.load(stringAddress(processor, instruction, GPR.rdi), size);
  setStatus(processor.cpu, subtract(a, b, 0n, 8 * size).flags);
  advance(processor, instruction, GPR.rsi);
  advance(processor, instruction, GPR.rdi);
}

function scan(processor: Processor, instruction: Instruction): void {
  const size = elementBytes(instruction);
  const a = BigInt.asUintN(8 * size, processor.cpu.gpr[GPR.rax] as bigint);
  const b = processor.memory.load(stringAddress(processor, instruction, GPR.rdi), size);
  setStatus(processor.cpu, subtract(a, b, 0n, 8 * size).flags);
  advance(processor, instruction, GPR.rdi);
}

const movs = repeated(move);
const stos = repeated(store);
const lods = repeated(load);
const cmps = repeated(compare, true);
const scas = repeated(scan, true);

/** String instructions on memory; those on ports are in `execute-port.ts`. */
export const STRINGS = {
  movsb: movs,
  movsw: movs,
  movsd: movs,
  movsq: movs,
  stosb: stos,
  stosw: stos,
  stosd: stos,
  stosq: stos,
  lodsb: lods,
  lodsw: lods,
  lodsd: lods,
  lodsq: lods,
  cmpsb: cmps,
  cmpsw: cmps,
  cmpsd: cmps,
  cmpsq: cmps,
  scasb: scas,
  scasw: scas,
  scasd: scas,
  scasq: scas,
} satisfies Record<string, Executor>;
