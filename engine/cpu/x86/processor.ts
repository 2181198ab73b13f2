import { deliver } from "./delivery.ts";
import { CpuException, invalidOpcode, VECTOR } from "./exception.ts";
import { decode } from "./decode.ts";
import { perform } from "./executors.ts";
import { FLAG } from "./flags.ts";
import type { Hooks } from "./hooks.ts";
import { GPR, type Instruction, nextAddress } from "./instruction.ts";
import { LinearMemory } from "./linear-memory.ts";
import { OpcodeError } from "./opcode-error.ts";
import { translate } from "./paging.ts";
import type { Platform } from "./platform.ts";
import { classify } from "./sensitivity.ts";
import type { CpuState } from "./state.ts";

/** What one step of a processor did. */
export type StepResult = "executed" | "interrupt" | "exception" | "halted";

/** One instruction tried: what it was, unless it could not be fetched, and how it faulted. */
export interface Attempt {
  readonly instruction: Instruction | undefined;
  readonly exception: CpuException | undefined;
}

/** The processor met an exception while it delivered a double fault: it shuts down. */
export class TripleFault extends Error {
  override readonly name = "TripleFault";
}

/**
 * Executes real x86-64 code on a `CpuState` and a `Platform`. `step` is a whole processor;
 * `fetch`, `execute`, `raise` and `takeInterrupt` are its parts, for hypervisors that come between.
 */
export class Processor {
  readonly cpu: CpuState;
  readonly platform: Platform;
  readonly memory: LinearMemory;
  readonly #hooks: Hooks;
  readonly #savedGpr = new BigUint64Array(16);

  /** @param hooks Who decides about sensitive instructions and translation; the defaults are the processor itself. */
  constructor(cpu: CpuState, platform: Platform, hooks: Partial<Hooks> = {}) {
    this.cpu = cpu;
    this.platform = platform;
    this.#hooks = {
      sensitive: hooks.sensitive ?? (() => "native"),
      translate:
        hooks.translate ??
        ((linear, access, system) =>
          translate(platform, cpu, linear, access, !system && cpu.cpl === 3)),
    };
    this.memory = new LinearMemory(platform, this.#hooks);
  }

  /** Takes an interrupt if one may come, or executes one instruction, or one iteration of REP. */
  step(): StepResult {
    const { cpu } = this;
    if (this.interruptible && this.platform.pendingVector(cpu) >= 0) {
      this.takeInterrupt();
      return "interrupt";
    }
    if (cpu.halted) return "halted";
    const { exception } = this.attempt();
    if (exception === undefined) return "executed";
    this.raise(exception);
    return "exception";
  }

  /** Fetches and executes one instruction, and returns its exception instead of raising it. */
  attempt(): Attempt {
    let instruction: Instruction | undefined;
    try {
      instruction = this.fetch();
      this.execute(instruction);
      return { instruction, exception: undefined };
    } catch (error) {
      return { instruction, exception: asException(error) };
    }
  }

  /** Whether IF is set and the instruction before does not hold interrupts off. */
  get interruptible(): boolean {
    return (this.cpu.rflags & FLAG.IF) !== 0n && !this.cpu.interruptShadow;
  }

  /** Reads and decodes the instruction at RIP. */
  fetch(): Instruction {
    const { rip } = this.cpu;
    return decode(this.memory.code(rip), rip);
  }

  /**
   * Executes an instruction, RIP included, and asks the hooks first if it is sensitive.
   * @throws CpuException with the state as before the instruction; memory may have A and D bits.
   */
  execute(instruction: Instruction): void {
    const { cpu } = this;
    const is = classify(instruction);
    const shadow = cpu.interruptShadow;
    if (is.kind !== "none" && this.#hooks.sensitive(instruction, is, cpu) === "handled") return;
    this.#savedGpr.set(cpu.gpr);
    const { rip, rflags } = cpu;
    cpu.rip = nextAddress(instruction);
    cpu.interruptShadow = false;
    try {
      perform(this, instruction);
    } catch (error) {
      cpu.gpr.set(this.#savedGpr);
      cpu.rip = rip;
      cpu.rflags = rflags;
      cpu.interruptShadow = shadow;
      throw error;
    }
    if (cpu.rip !== rip || is.branches) cpu.retired++;
  }

  /** Delivers an exception through the IDT; RIP is that of the faulting instruction. */
  raise(exception: CpuException): void {
    const { cpu } = this;
    if (exception.vector === VECTOR.pageFault) cpu.cr2 = exception.faultAddress;
    cpu.interruptShadow = false;
    try {
      deliver(this, exception.vector, { errorCode: exception.errorCode, software: false });
    } catch (second) {
      this.#raiseSecond(exception, asException(second));
    }
  }

  /** Two exceptions at once: SDM vol. 3A, table 6-5 "Conditions for Generating a Double Fault". */
  #raiseSecond(first: CpuException, second: CpuException): void {
    if (first.vector === VECTOR.doubleFault) {
      throw new TripleFault(`${second.message} while a double fault is delivered`);
    }
    if (!makesDoubleFault(first.vector, second.vector)) {
      this.raise(second);
      return;
    }
    this.raise(new CpuException(VECTOR.doubleFault, 0));
  }

  /** Takes the pending interrupt of the platform. @returns Its vector. */
  takeInterrupt(): number {
    const vector = this.platform.acceptInterrupt();
    this.interrupt(vector);
    return vector;
  }

  /** Delivers an external interrupt's vector through the IDT and wakes the processor. */
  interrupt(vector: number): void {
    const { cpu } = this;
    cpu.halted = false;
    cpu.interruptShadow = false;
    try {
      deliver(this, vector, { errorCode: undefined, software: false });
    } catch (error) {
      this.raise(asException(error));
    }
  }

  /** Pushes 8 bytes (2 with an operand size of 16). */
  push(value: bigint, byteCount: 2 | 8 = 8): void {
    const top = BigInt.asUintN(64, this.rsp - BigInt(byteCount));
    this.memory.store(top, byteCount, value);
    this.rsp = top;
  }

  /** Pops 8 bytes (2 with an operand size of 16). */
  pop(byteCount: 2 | 8 = 8): bigint {
    const value = this.memory.load(this.rsp, byteCount);
    this.rsp = BigInt.asUintN(64, this.rsp + BigInt(byteCount));
    return value;
  }

  get rsp(): bigint {
    return this.cpu.gpr[GPR.rsp] as bigint;
  }

  set rsp(value: bigint) {
    this.cpu.gpr[GPR.rsp] = value;
  }
}

/**
 * What a failed step means to the guest: its exception, or #UD for bytes that are no instruction.
 * @throws The error itself when it is not the guest's: an opcode outside the subset.
 */
export function asException(error: unknown): CpuException {
  if (error instanceof CpuException) return error;
  if (error instanceof OpcodeError) {
    if (error.reason === "is not an instruction in 64-bit mode") return invalidOpcode();
    if (error.reason === "is longer than 15 bytes") {
      return new CpuException(VECTOR.generalProtection, 0);
    }
  }
  throw error;
}

function makesDoubleFault(first: number, second: number): boolean {
  if (first === VECTOR.pageFault) return second === VECTOR.pageFault || contributory(second);
  return contributory(first) && contributory(second);
}

function contributory(vector: number): boolean {
  return vector === VECTOR.divideError || (vector >= 10 && vector <= 13);
}
