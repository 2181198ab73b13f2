import { GPR, type Instruction } from "../x86/instruction.ts";
import { FLAG } from "../x86/flags.ts";
import { writeControl } from "../x86/execute-control.ts";
import { generalProtection } from "../x86/exception.ts";
import { isCanonical } from "../x86/paging.ts";
import { CONTROL, type CpuState } from "../x86/state.ts";
import { HYPERCALL, hypercallName, mmuextName, MMUEXT_OP, SEGMENT_BASE } from "./hypercall.ts";
import type { TableTypes } from "./table-types.ts";
import type { VirtualCpu } from "./virtual-cpu.ts";
import { WINDOW, type WindowedPlatform } from "./xen-window.ts";

/** What Xen answers to a hypercall. */
export interface XenAnswer {
  /** With sub-command, as `mmuext_op.new_baseptr`. */
  readonly name: string;
  /** Arguments and what came of them, in one line. */
  readonly detail: string;
  /** Whether the guest's view was changed, and the guest goes on with it. */
  readonly moved: boolean;
}

/** What Xen does for the hypercalls of a guest program. */
export class XenCalls {
  readonly #virtual: VirtualCpu;
  readonly #window: WindowedPlatform;
  readonly #tables: TableTypes;

  constructor(virtual: VirtualCpu, window: WindowedPlatform, tables: TableTypes) {
    this.#virtual = virtual;
    this.#window = window;
    this.#tables = tables;
  }

  /**
   * @param cpu The registers with which SYSCALL was executed.
   * @param original The instruction that the hypercall stands for.
   * @param entered The registers before its replacement began.
   * @throws CpuException what the instruction itself would have met.
   */
  call(cpu: CpuState, original: Instruction, entered: CpuState): XenAnswer {
    const number = Number(cpu.gpr[GPR.rax]);
    const first = cpu.gpr[GPR.rdi] as bigint;
    const second = cpu.gpr[GPR.rsi] as bigint;
    const name = hypercallName(number, Number(BigInt.asUintN(32, first)));
    if (number === HYPERCALL.iret) return this.#interruptReturn(original, entered);
    const detail = this.#effect(number, first, second);
    cpu.gpr[GPR.rax] = 0n;
    // SYSCALL takes these two; Xen leaves them so.
    cpu.gpr[GPR.rcx] = cpu.rip;
    cpu.gpr[GPR.r11] = cpu.rflags;
    if (number !== HYPERCALL.mmuext_op) return { name, detail, moved: false };
    const command = Number(this.#window.read(WINDOW.ARGUMENT, 4));
    return { name: `mmuext_op.${mmuextName(command)}`, detail, moved: false };
  }

  #effect(number: number, first: bigint, second: bigint): string {
    const { state } = this.#virtual;
    switch (number) {
      case HYPERCALL.mmuext_op:
        return this.#mmuext();
      case HYPERCALL.set_gdt:
        return this.#loadTable("gdtr", `${second} entries in frame ${hex(this.#argument())}`);
      case HYPERCALL.set_trap_table:
        return this.#loadTable("idtr", `table at ${hex(first)}`);
      case HYPERCALL.fpu_taskswitch:
        state.cr0 &= ~CONTROL.CR0_TS;
        return `set=${first}: CR0.TS is clear`;
      case HYPERCALL.sched_op:
        // Blocking unmasks events in the same step: no wake-up can be lost in between.
        this.#window.masked = false;
        state.halted = true;
        return "events are unmasked and the vCPU sleeps until one comes";
      case HYPERCALL.vcpu_op:
        state.halted = true;
        return "vcpu=0: events are masked, so it sleeps for good";
      case HYPERCALL.set_segment_base:
        return this.#segmentBase(Number(first), second);
      default:
        return "on the way back Xen delivers the event that waits";
    }
  }

  #mmuext(): string {
    const { state } = this.#virtual;
    const command = Number(this.#window.read(WINDOW.ARGUMENT, 4));
    const argument = this.#window.read(WINDOW.ARGUMENT + 8, 8);
    if (command !== MMUEXT_OP.new_baseptr) return `address ${hex(argument)}`;
    const value = this.#window.read(WINDOW.POINTER, 8);
    writeControl(state, 3, value);
    const known = this.#tables.isRoot(value);
    this.#tables.addRoot(value);
    const validated = known ? "a root that Xen knows" : "Xen validates its tables";
    return `mfn ${hex(argument)}: ${validated}`;
  }

  /** LGDT and LIDT: limit and base lie where the instruction says. */
  #loadTable(register: "gdtr" | "idtr", detail: string): string {
    const pointer = this.#window.read(WINDOW.POINTER, 8);
    const { memory } = this.#virtual.processor;
    const limit = Number(memory.load(pointer, 2));
    const base = memory.load(pointer + 2n, 8);
    if (!isCanonical(base)) throw generalProtection();
    Object.assign(this.#virtual.state[register], { limit, base });
    return detail;
  }

  #segmentBase(which: number, base: bigint): string {
    if (!isCanonical(base)) throw generalProtection();
    const name =
      which === SEGMENT_BASE.fs
        ? "fsBase"
        : which === SEGMENT_BASE.gs_user
          ? "kernelGsBase"
          : "gsBase";
    this.#virtual.setBase(name, base);
    return `base ${hex(base)}`;
  }

  /**
   * IRET and SYSRET: Xen returns for the kernel, to itself or to user code. RAX, RCX and R11, which
   * the real call finds in its frame, are those that the kernel had.
   */
  #interruptReturn(original: Instruction, entered: CpuState): XenAnswer {
    const { state, processor } = this.#virtual;
    this.#virtual.take();
    state.gpr.set(entered.gpr);
    state.rip = BigInt(original.address);
    processor.execute(original);
    const to = state.cpl === 0 ? "kernel" : "user";
    const events = (state.rflags & FLAG.IF) === 0n ? "masked" : "unmasked";
    const detail = `rip ${hex(state.rip)}, events ${events}`;
    return { name: `iret.to_${to}`, detail, moved: true };
  }

  #argument(): bigint {
    return this.#window.read(WINDOW.ARGUMENT, 8);
  }
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
