import type { LoadedGuest } from "../guest/loader.ts";
import type { GuestMachine } from "../guest/machine.ts";
import { exceptionStep, interruptStep, symbolsOf } from "../guest-step.ts";
import type { CpuStep } from "../mode.ts";
import type { GuestProgram } from "../program.ts";
import { type CpuException, generalProtection, PAGE_FAULT, VECTOR } from "../x86/exception.ts";
import { formatInstruction, type SymbolOf } from "../x86/format.ts";
import type { Decision } from "../x86/hooks.ts";
import type { Instruction } from "../x86/instruction.ts";
import { asException, Processor } from "../x86/processor.ts";
import { type Classification, classify } from "../x86/sensitivity.ts";
import { Shadow } from "./shadow.ts";
import { silentFailure } from "./silent.ts";
import { TwoStates } from "./two-states.ts";

/**
 * A hypervisor of the oldest kind: it runs the guest's kernel in ring 3, waits for the traps and
 * emulates what trapped on the guest's own state.
 */
export class TrapAndEmulate {
  readonly steps: CpuStep[] = [];
  readonly silentFailures: string[] = [];
  readonly counts = {
    instructions: 0,
    traps: 0,
    emulated: 0,
    hiddenFaults: 0,
    interrupts: 0,
    exceptions: 0,
    silent: 0,
  };
  readonly states: TwoStates;
  readonly #machine: GuestMachine;
  readonly #program: GuestProgram;
  readonly #symbolOf: SymbolOf;
  readonly #shadow: Shadow;
  /** The real processor, with the guest in ring 3. */
  readonly #processor: Processor;
  /** Does on the guest's state what the guest's kernel wanted. */
  readonly #emulator: Processor;

  constructor({ machine, cpu }: LoadedGuest, program: GuestProgram) {
    this.#machine = machine;
    this.#program = program;
    this.#symbolOf = symbolsOf(program.image);
    this.states = new TwoStates(cpu);
    this.#shadow = new Shadow(machine, cpu);
    this.#shadow.onHiddenFault = (linear, access) => this.#hiddenFault(linear, access);
    this.#emulator = new Processor(cpu, machine);
    this.#processor = new Processor(this.states.real, machine, {
      sensitive: (instruction, is) => this.#sensitive(instruction, is),
      translate: (linear, access) => this.#shadow.translate(linear, access),
    });
  }

  /** One step. @returns Whether the guest sleeps for good. */
  step(): boolean {
    const { guest, real } = this.states;
    if (this.#emulator.interruptible && this.#machine.pendingVector(guest) >= 0) {
      this.states.enterHypervisor();
      const at = guest.rip;
      this.steps.push(interruptStep(at, this.#emulator.takeInterrupt()));
      this.counts.interrupts++;
      this.states.enterGuest();
      return false;
    }
    if (guest.halted) return !this.#machine.sleep();
    const { instruction, exception } = this.#processor.attempt();
    if (exception === undefined) guest.interruptShadow = false;
    else this.#trapped(instruction, exception);
    this.counts.instructions = real.retired + guest.retired;
    return false;
  }

  /** What the real processor would do by itself with a sensitive instruction in ring 3. */
  #sensitive(instruction: Instruction, is: Classification): Decision {
    // The IDT and LSTAR are the hypervisor's: these enter it and are passed on.
    if (/^(?:int3?|syscall)$/.test(instruction.mnemonic)) {
      this.#trap(instruction, "enters the hypervisor's handler");
      this.states.enterHypervisor();
      this.#emulator.execute(instruction);
      this.states.enterGuest();
      this.counts.emulated++;
      return "handled";
    }
    // No descriptor of the hypervisor's GDT lies at the guest's selectors: loading one is #GP.
    const loads = is.kind === "segment" && instruction.operands[0]?.kind === "segment";
    if (is.kind === "interruptReturn" || loads) throw generalProtection();
    if (is.sensitivity === "sensitive") this.#doesNotTrap(instruction);
    return "native";
  }

  #doesNotTrap(instruction: Instruction): void {
    if (this.states.guest.cpl === 3) return;
    const failure = silentFailure(this.#processor, this.states, instruction);
    if (failure === undefined) return;
    this.counts.silent++;
    this.silentFailures.push(failure);
    this.#note(instruction, "silent", "does not trap in ring 3", "nobody", failure);
  }

  #trapped(instruction: Instruction | undefined, exception: CpuException): void {
    const { guest } = this.states;
    this.states.enterHypervisor();
    if (instruction !== undefined && this.#isForUs(instruction, exception)) {
      this.#emulate(instruction, exception);
    } else {
      this.counts.exceptions++;
      this.steps.push(exceptionStep(guest.rip, instruction, exception, this.#program.image));
      this.#emulator.raise(exception);
    }
    this.states.enterGuest();
  }

  /** A fault that the guest's kernel would not have had in ring 0. */
  #isForUs(instruction: Instruction, exception: CpuException): boolean {
    if (exception.vector === VECTOR.pageFault) return this.#device(exception) !== undefined;
    if (exception.vector !== VECTOR.generalProtection) return false;
    const is = classify(instruction);
    // At the guest's own CPL 3 an IRET is its program's mistake or a return within the ring.
    const returns = is.kind === "interruptReturn" || is.kind === "segment";
    return returns || (is.sensitivity === "privileged" && this.states.guest.cpl === 0);
  }

  #device(exception: CpuException): number | undefined {
    if (exception.vector !== VECTOR.pageFault) return undefined;
    const write = ((exception.errorCode ?? 0) & PAGE_FAULT.WR) !== 0;
    return this.#shadow.deviceAt(exception.faultAddress, write ? "write" : "read");
  }

  #emulate(instruction: Instruction, exception: CpuException): void {
    const { guest } = this.states;
    const physical = this.#device(exception);
    if (physical === undefined) this.#trap(instruction, exception.message);
    else this.#deviceTrap(instruction, physical);
    this.counts.emulated++;
    guest.interruptShadow = false;
    try {
      this.#emulator.execute(instruction);
    } catch (error) {
      this.counts.exceptions++;
      this.#emulator.raise(asException(error));
    }
    const { kind } = classify(instruction);
    if (kind === "controlRegister" || kind === "tlb") this.#shadow.clear();
  }

  #trap(instruction: Instruction, reason: string): void {
    this.counts.traps++;
    this.#note(instruction, "trap", reason, "hypervisor", "emulated on the guest's own state");
  }

  #deviceTrap(instruction: Instruction, physical: number): void {
    const device = this.#machine.mmioAt(physical);
    const offset = physical - (device?.base ?? 0);
    const register = device?.nameOf?.(offset) ?? offset.toString(16);
    this.counts.traps++;
    const what = `${device?.name ?? "nothing"} ${register}`;
    this.#note(instruction, "trap", "#PF on a device page", "deviceModel", what);
  }

  #hiddenFault(linear: bigint, access: string): void {
    this.counts.hiddenFaults++;
    this.steps.push({
      kind: "hiddenFault",
      address: this.states.real.rip,
      instruction: "",
      reason: "#PF",
      handledBy: "hypervisor",
      detail: `page ${(linear >> 12n).toString(16)} is mapped for ${access} as the guest's tables say`,
    });
  }

  #note(
    instruction: Instruction,
    kind: CpuStep["kind"],
    reason: string,
    handledBy: CpuStep["handledBy"],
    detail: string,
  ): void {
    const text = formatInstruction(instruction, this.#symbolOf);
    const { address } = instruction;
    this.steps.push({ kind, address, instruction: text, reason, handledBy, detail });
  }
}
