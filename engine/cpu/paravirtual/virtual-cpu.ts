import { FLAG } from "../x86/flags.ts";
import { SEGMENT } from "../x86/instruction.ts";
import { translate } from "../x86/paging.ts";
import { Processor } from "../x86/processor.ts";
import type { CpuState } from "../x86/state.ts";
import type { WindowedPlatform } from "./xen-window.ts";

/** Registers that the real processor has as the guest has them. */
const SHARED = ["rip", "fsBase", "gsBase", "kernelGsBase", "tscAux", "star", "lstar"] as const;

/**
 * The guest's own view of its processor, in which its kernel is at CPL 0 and IF is its own, beside
 * the real one, in which everything of the guest runs at CPL 3 with interrupts on. What Xen does
 * for the guest it does on the first, by the rules of the processor.
 */
export class VirtualCpu {
  /** The registers as the guest sees them; up to date after `take`. */
  readonly state: CpuState;
  /** A processor on them: exceptions, interrupts and emulated instructions go through it. */
  readonly processor: Processor;
  readonly #real: CpuState;
  readonly #window: WindowedPlatform;

  constructor(real: CpuState, state: CpuState, window: WindowedPlatform) {
    this.#real = real;
    this.state = state;
    this.#window = window;
    this.processor = new Processor(state, window, {
      translate: (linear, access, system) =>
        translate(window, state, linear, access, !system && state.cpl === 3),
    });
    this.give();
  }

  /** Whether the guest's kernel runs. */
  get inKernel(): boolean {
    return this.state.cpl === 0;
  }

  /** Sets a segment base in both views. */
  setBase(name: "fsBase" | "gsBase" | "kernelGsBase", base: bigint): void {
    this.state[name] = base;
    this.#real[name] = base;
  }

  /** Brings the guest's view up to date with what ran. */
  take(rip = this.#real.rip): void {
    const { state } = this;
    state.gpr.set(this.#real.gpr);
    for (const name of SHARED) state[name] = this.#real[name];
    state.rip = rip;
    state.rflags = this.#real.rflags;
    // User code has the flags themselves; they may change IF only where the kernel's IOPL lets them.
    if (!this.inKernel) return;
    const own = this.#window.iopl | (this.#window.masked ? 0n : FLAG.IF);
    state.rflags = (this.#real.rflags & ~(FLAG.IF | FLAG.IOPL)) | own;
  }

  /** Whether the guest wants no events now. */
  get masked(): boolean {
    return this.inKernel ? this.#window.masked : (this.#real.rflags & FLAG.IF) === 0n;
  }

  /** Lets the real processor go on with the guest's view: at CPL 3, interrupts on, IOPL 0. */
  give(): void {
    const { state } = this;
    const real = this.#real;
    real.gpr.set(state.gpr);
    for (const name of SHARED) real[name] = state[name];
    real.rflags = this.inKernel ? (state.rflags & ~FLAG.IOPL) | FLAG.IF : state.rflags;
    real.cpl = 3;
    real.selectors.set(state.selectors);
    for (const segment of [SEGMENT.cs, SEGMENT.ss]) {
      real.selectors[segment] = (state.selectors[segment] as number) | 3;
    }
    this.#window.masked = (state.rflags & FLAG.IF) === 0n;
    this.#window.iopl = state.rflags & FLAG.IOPL;
    // What instructions without privilege can see of the rest is the guest's own, too.
    real.cr0 = state.cr0;
    real.ldtr = state.ldtr;
    real.tr = state.tr;
    Object.assign(real.gdtr, state.gdtr);
    Object.assign(real.idtr, state.idtr);
  }
}
