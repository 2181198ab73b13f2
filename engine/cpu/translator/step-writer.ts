import type { GuestMachine } from "../guest/machine.ts";
import type { CpuStep } from "../mode.ts";
import { exceptionName } from "../x86/exception.ts";
import { formatInstruction, type SymbolOf } from "../x86/format.ts";
import type { Instruction } from "../x86/instruction.ts";
import { walk } from "../x86/paging.ts";
import { classify, type SensitiveKind } from "../x86/sensitivity.ts";
import type { CpuState } from "../x86/state.ts";
import type { Fragment } from "./fragment.ts";
import type { HiddenFault, VmmListener } from "./vmm-event.ts";

/** What a callout emulates, by the part of the machine that it touches. */
const EMULATED: Readonly<Record<SensitiveKind, string>> = {
  portIo: "the VMM hands the port to its device",
  interruptFlag: "the VMM changes the virtual IF",
  flags: "the VMM merges the virtual flags",
  halt: "the VMM gives the processor away until an interrupt comes",
  controlRegister: "the VMM keeps the virtual control register; the real one names shadow tables",
  descriptorTable: "the VMM keeps the guest's table; the real one is its own",
  segment: "the VMM shows ring 0 where the processor holds ring 1",
  cpuid: "the VMM answers",
  msr: "the VMM keeps the virtual register",
  timestamp: "the VMM gives the virtual time",
  tlb: "the VMM drops the shadow entry",
  cache: "the VMM has nothing to do",
  interruptReturn: "the VMM takes the frame off the guest's stack and goes on where it says",
  softwareInterrupt: "the VMM goes through the guest's IDT",
  hypercall: "the VMM does what the processor would have done",
  systemCall: "the VMM enters or leaves the guest's kernel",
  none: "the VMM emulates the access, which kept faulting",
};

const HIDDEN: Readonly<Record<HiddenFault, readonly [reason: string, detail: string]>> = {
  device: ["hidden page fault, device page", "the page is never mapped"],
  tracedTable: [
    "hidden page fault, traced page table",
    "the VMM writes the entry and drops the shadow entries made from it",
  ],
  tracedCode: [
    "hidden page fault, traced code",
    "the VMM writes, and drops the translation of what was written to",
  ],
  other: ["hidden page fault", "the VMM emulates what its tables cannot say"],
};

/** Writes what a VMM does as the steps of a program's run. */
export class StepWriter implements VmmListener {
  readonly #steps: CpuStep[];
  readonly #machine: GuestMachine;
  readonly #cpu: CpuState;
  readonly #symbolOf: SymbolOf;

  constructor(steps: CpuStep[], machine: GuestMachine, cpu: CpuState, symbolOf: SymbolOf) {
    this.#steps = steps;
    this.#machine = machine;
    this.#cpu = cpu;
    this.#symbolOf = symbolOf;
  }

  translated({ guestAddress, instructions, guestByteCount, code }: Fragment, reason: string): void {
    const source = `${count(instructions.length, "instruction")} of ${count(guestByteCount, "byte")}`;
    const detail = `${source} become ${count(code.length, "byte")} in the cache`;
    this.#write("translation", guestAddress, reason, "hypervisor", detail);
  }

  invalidated(fragments: readonly Fragment[]): void {
    const detail = "the block is translated anew when it is reached";
    for (const { guestAddress } of fragments) {
      this.#write("translation", guestAddress, "dropped", "hypervisor", detail);
    }
  }

  calledOut(instruction: Instruction): void {
    const { kind } = classify(instruction);
    const handledBy = kind === "none" || kind === "portIo" ? "deviceModel" : "hypervisor";
    const detail = EMULATED[kind];
    this.#write("callout", instruction.address, "callout", handledBy, detail, instruction);
  }

  hiddenFault(kind: HiddenFault, linear: bigint, instruction: Instruction): void {
    const { address } = instruction;
    const [reason, detail] = HIDDEN[kind];
    if (kind !== "device") {
      this.#write("hiddenFault", address, reason, "hypervisor", detail, instruction);
    } else {
      const text = this.#deviceAt(linear);
      this.#write("hiddenFault", address, reason, "deviceModel", text, instruction);
    }
  }

  shadowFilled(linear: bigint, at: bigint): void {
    const page = (linear >> 12n).toString(16);
    const detail = `the VMM fills the entry of page ${page} from the guest's own tables`;
    this.#write("hiddenFault", at, "hidden page fault, no entry yet", "hypervisor", detail);
  }

  reflected(vector: number, errorCode: number | undefined, rip: bigint): void {
    const code = errorCode === undefined ? "" : `(${errorCode})`;
    const detail =
      "it is the guest's own: the VMM builds its frame and goes through the guest's IDT";
    this.#write("exception", rip, `${exceptionName(vector)}${code}`, "guest", detail);
  }

  interrupted(vector: number, at: bigint): void {
    const detail = "the VMM builds its frame, between two blocks or behind an emulated instruction";
    this.#write("interrupt", at, `vector 0x${vector.toString(16)}`, "hypervisor", detail);
  }

  handedOver(instruction: Instruction): void {
    const detail = EMULATED[classify(instruction).kind];
    const reason = "user code that the VMM has to see";
    this.#write("trap", instruction.address, reason, "hypervisor", detail, instruction);
  }

  #write(
    kind: CpuStep["kind"],
    address: bigint,
    reason: string,
    handledBy: CpuStep["handledBy"],
    detail: string,
    of?: Instruction,
  ): void {
    const instruction = of === undefined ? "" : formatInstruction(of, this.#symbolOf);
    this.#steps.push({ kind, address, instruction, reason, handledBy, detail });
  }

  #deviceAt(linear: bigint): string {
    const physical = walk(this.#machine, this.#cpu.cr3, linear)?.physical ?? 0;
    const device = this.#machine.mmioAt(physical);
    if (device === undefined) return "nobody answers there";
    const register = device.nameOf?.(physical - device.base);
    return `the VMM emulates the access to ${register ?? "a register"} of ${device.name}`;
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
