import type { GuestProgram } from "./program.ts";

/** Bounds of a run. */
export interface CpuRunOptions {
  /** Steps after which a program that does not end is stopped; 100,000 by default. */
  readonly stepLimit?: number;
}

/** How a run ended; everything but `halted` has its reason in `CpuRun.endText`. */
export type CpuRunEnd = "halted" | "stepLimit" | "tripleFault" | "unsupported";

/** What happened besides the guest's own instructions. */
export type CpuStepKind =
  | "trap"
  | "exit"
  | "callout"
  | "hypercall"
  | "hiddenFault"
  | "translation"
  | "silent"
  | "interrupt"
  | "exception"
  | "device";

/** One event of a run: an instruction that somebody else had to handle, or an interrupt. */
export interface CpuStep {
  readonly kind: CpuStepKind;
  /** Address of the instruction, or where the guest was when the interrupt came. */
  readonly address: bigint;
  /** The instruction in words, empty for interrupts. */
  readonly instruction: string;
  /** Why it happened: the exit reason's or the exception's name, a hypercall's name. */
  readonly reason: string;
  /** Basic exit reason and qualification of a VM exit. */
  readonly exitReason?: number;
  readonly qualification?: bigint;
  /** Guest-physical address of an EPT violation or misconfiguration. */
  readonly guestPhysical?: number;
  readonly handledBy: "guest" | "hypervisor" | "deviceModel" | "hardware" | "nobody";
  /** What came of it, in one sentence without a full stop. */
  readonly detail: string;
}

/** A block of translated code beside its source. */
export interface TranslatedBlock {
  /** Guest address of the block's first instruction. */
  readonly address: bigint;
  /** Source bytes that it covers. */
  readonly byteCount: number;
  readonly source: readonly string[];
  readonly translated: readonly string[];
  readonly executions: number;
}

/** What a guest can find out at the end of a run, by name. */
export type GuestState = Readonly<Record<string, bigint>>;

/** The outcome of a program in one CPU mode. */
export interface CpuRun {
  readonly mode: string;
  readonly program: string;
  readonly end: CpuRunEnd;
  /** Empty, or the reason of an end that was not HLT with interrupts off. */
  readonly endText: string;
  /** Registers as the guest's kernel would see them: `guestState` of the guest's own state. */
  readonly state: GuestState;
  /**
   * Guest-physical memory from 0. What a mode itself keeps in it (patched code, a shared page) is
   * put back as the guest left it natively.
   */
  readonly memory: Uint8Array;
  /** What the outside world saw, in order. */
  readonly output: readonly string[];
  readonly steps: readonly CpuStep[];
  readonly blocks?: readonly TranslatedBlock[];
  /** Numbers of the run by name: `instructions`, `exits`, `hypercalls`, … */
  readonly counts: Readonly<Record<string, number>>;
  /** What went wrong without anybody noticing, one sentence each; empty in a correct mode. */
  readonly silentFailures: readonly string[];
}

/** One way to run a guest program's code. */
export interface CpuMode {
  readonly id: string;
  readonly title: string;
  /** Whether it claims to leave the registers, memory and output that the hardware alone would. */
  readonly correct: boolean;
  run(program: GuestProgram, options?: CpuRunOptions): CpuRun;
}
