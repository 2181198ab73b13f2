import type { PvTask } from "./pv-task.ts";
import { AddressSpace, type MemoryKernel, temporaryStack } from "./address-space.ts";
import type { Area } from "./area.ts";
import { PAGE_BYTES } from "./table-page.ts";

/** A program as exec lays it out: its segments, and where its stack comes to lie. */
export interface ProgramImage {
  readonly areas: readonly Area[];
  /** Page of the stack that holds the arguments; the stack reaches down from it. */
  readonly stackPage: number;
  /** Bytes that the stack may grow to at once: fs/exec.c, setup_arg_pages. */
  readonly stackBytes: number;
}

/** What of the machine a kernel adapts to. */
export interface ProcessKernel extends MemoryKernel {
  /** Root of the kernel's own tables (init_mm), which is loaded while a process's go away. */
  readonly initialRoot: number;
  /**
   * Whether a null selector may leave a segment's base: Linux assumes so under a hypervisor that
   * does not say otherwise (arch/x86/kernel/cpu/common.c, check_null_seg_clears_base).
   */
  readonly nullSelectorKeepsBase: boolean;
}

/** A process of a PV domain: a task with memory of its own. kernel/fork.c, fs/exec.c, kernel/exit.c. */
export class PvProcess implements PvTask {
  readonly name: string;
  readonly stackTop: number;
  memory: AddressSpace;
  readonly #system: ProcessKernel;

  constructor(system: ProcessKernel, name: string, stackTop: number, memory?: AddressSpace) {
    this.#system = system;
    this.name = name;
    this.stackTop = stackTop;
    this.memory = memory ?? new AddressSpace(system);
  }

  /** Frame of the root that CR3 holds while it runs. */
  get root(): number {
    return this.memory.tables.root.frame;
  }

  /**
   * clone as fork uses it: dup_mm, then copy_thread, which saves the inactive GS base.
   * @param stackTop Top of the child's kernel stack.
   */
  fork(name: string, stackTop: number): PvProcess {
    const memory = this.memory.fork();
    this.#system.kernel.readKernelGsBase();
    return new PvProcess(this.#system, name, stackTop, memory);
  }

  /**
   * execve up to where the new program's segments are mapped: arguments are written to a stack at
   * the end of user space, then the old memory goes, and the stack moves to its place.
   */
  exec(image: ProgramImage): void {
    const { kernel, initialRoot } = this.#system;
    const old = this.memory;
    const memory = new AddressSpace(this.#system);
    const stack = temporaryStack();
    memory.map(stack);
    memory.fault(stack.start, true);
    // mm_release: the old program's GS selector goes.
    kernel.hypercall("set_segment_base.gs_user_sel");
    memory.tables.pin();
    this.memory = memory;
    kernel.loadRoot(this.root);
    old.exit(initialRoot);
    // The stack loses the marks it had while it was incomplete.
    memory.protect(stack.start, stack.end, true);
    memory.move(memory.areaAt(stack.start) as Area, image.stackPage);
    const moved = memory.areaAt(image.stackPage) as Area;
    const start = image.stackPage + PAGE_BYTES - image.stackBytes;
    memory.map({ ...moved, start });
    for (const area of image.areas) memory.map(area);
  }

  /** start_thread: the new program's segments; where a null selector keeps the base, one before. */
  startThread(): void {
    const { kernel, nullSelectorKeepsBase } = this.#system;
    if (nullSelectorKeepsBase) kernel.hypercall("set_segment_base.gs_user_sel");
    kernel.hypercall("set_segment_base.gs_user_sel");
  }

  /** do_exit as far as memory goes. */
  exit(): void {
    this.#system.kernel.hypercall("set_segment_base.gs_user_sel");
    this.memory.exit(this.#system.initialRoot);
  }
}
