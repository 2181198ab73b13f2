import { assert } from "../../core/assert.ts";
import type { TraceStore } from "../../trace/store.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { PvHost } from "./pv-host.ts";
import type { PvTask } from "./pv-task.ts";
import type { VcpuInfo } from "./vcpu-info.ts";

/** What a domain's kernel is built with. */
export interface PvKernelOptions {
  /** Name of the domain in rows, as `domU`. */
  readonly domain: string;
  /** Before every name that this domain's rows count: "" for the guest, "dom0: " for dom0. */
  readonly prefix?: string;
  /** Whose kernel code this is, default the guest's. */
  readonly kernelActor?: number;
  /** Whose user code this is, default the guest's application. */
  readonly userActor?: number;
  /** The two flags that the vCPU shares with Xen, default its own. */
  readonly vcpuInfo?: VcpuInfo;
  /**
   * Called when Xen returns to the kernel, an event is pending and not masked: whoever keeps the
   * events answers with {@link PvKernel.upcall}.
   */
  readonly deliver?: () => void;
}

/** Vectors of exceptions that reach Xen. */
const VECTOR = {
  invalidOpcode: 6,
  deviceNotAvailable: 7,
  generalProtection: 13,
  page: 14,
} as const;

/**
 * What a Linux 6.12 kernel in a PV domain does at CPU level, and what Xen does for it; one object
 * per domain with one vCPU. Each operation writes its rows (hypercalls, exceptions, bounced system
 * calls, upcalls) under the names that are counted, in the order in which they happen:
 *
 * | operation | rows |
 * |---|---|
 * | `systemCall(name)` … `returnToUser()` | system call; hypercall `iret.to_user` |
 * | `upcall(port, handler)` | upcall; what the handler does; `iret.to_kernel` or `iret.to_user` |
 * | `switchTo(task)` | `#GP kernel emulated xen_do_read_msr`, for another address space `mmuext_op.new_baseptr+new_user_baseptr`, `set_segment_base.gs_user`, `stack_switch` |
 * | `block()` | `sched_op.block`; events are unmasked by it |
 * | `setTimer(deadline)` | `vcpu_op.set_singleshot_timer` |
 * | `hypercall(name, argument)` | that hypercall (`event_channel_op.send`, `grant_table_op.copy` …) |
 * | `maskEvents()`, `unmaskEvents()` | memory writes only; `xen_version` when an event waits |
 * | `useFpu()` | `#NM user fixed, retried` when another domain had the CPU meanwhile |
 * | `descheduled()` | none: the CPU goes to another domain, the FPU with it |
 *
 * Which domain runs, and what is in event words, rings and grant tables, others decide. Task
 * switches write no `contextSwitch` row: those are the hypervisor's, from domain to domain.
 */
export class PvKernel {
  readonly domain: string;
  readonly vcpuInfo: VcpuInfo;
  /** Whether the vCPU is in user mode; it starts in the kernel, as the idle task. */
  inUser = false;
  /** The task that runs. */
  current: PvTask;
  readonly #host: PvHost;
  readonly #trace: TraceStore;
  readonly #prefix: string;
  readonly #kernelActor: number;
  readonly #userActor: number;
  readonly #deliver: (() => void) | undefined;
  readonly #names = new Map<string, string>();
  readonly #pairs = new Map<string, Map<string, string>>();
  /** Page-table root that CR3 holds: kernel threads go on with their predecessor's. */
  #loadedRoot: number;
  #fpuElsewhere = false;

  /**
   * @param host Where rows go: a machine.
   * @param idle The idle task, which runs at first.
   */
  constructor(host: PvHost, idle: PvTask, options: PvKernelOptions) {
    this.#host = host;
    this.#trace = host.trace;
    this.domain = options.domain;
    this.#prefix = options.prefix ?? "";
    this.#kernelActor = options.kernelActor ?? ACTORS.guestDriver.code;
    this.#userActor = options.userActor ?? ACTORS.guestApplication.code;
    this.#deliver = options.deliver;
    this.vcpuInfo = options.vcpuInfo ?? { upcallPending: false, upcallMask: false };
    this.current = idle;
    this.#loadedRoot = idle.root;
  }

  /** Frame of the page-table root that the CPU walks, 0 before the first. */
  get loadedRoot(): number {
    return this.#loadedRoot;
  }

  /**
   * Makes a hypercall from the kernel; `work` is what Xen does in it, its rows lie inside.
   * @param name With sub-command, as `event_channel_op.send`.
   * @param result What RAX holds afterwards: 0, or a negative error.
   */
  hypercall(name: string, argument = 0, work?: () => void, result = 0): void {
    assert(!this.inUser, `${this.domain} makes the hypercall ${name} from its kernel`);
    const row = this.#host.hypercall(this.#kernelActor, this.#name(name), argument, result);
    if (work !== undefined) this.#inside(row, work);
    this.#backFromXen();
  }

  /**
   * SYSCALL in user mode: Xen bounces it to the kernel's entry, `returnToUser` ends it.
   * xen/arch/x86/x86_64/entry.S, lstar_enter and switch_to_kernel.
   */
  systemCall(name: string, argument = 0): void {
    this.#enterKernel();
    this.#row(KIND.systemCall, this.#userActor, name, argument, 0);
    this.#backFromXen();
  }

  /** Ends a system call or an exception from user mode: the hypercall `iret`. */
  returnToUser(): void {
    this.#iret("iret.to_user", true);
  }

  /**
   * Xen enters the kernel's event callback with events masked; `iret` afterwards unmasks them.
   * arch/x86/entry/entry_64.S, exc_xen_hypervisor_callback.
   * @param handler What the kernel does in it: handlers, softirqs, and when user mode was
   *   interrupted a switch to another task.
   */
  upcall(port: number, handler: () => void): void {
    const interruptedUser = this.inUser;
    this.inUser = false;
    this.vcpuInfo.upcallMask = true;
    const row = this.#row(KIND.upcall, ACTORS.hypervisor.code, this.domain, port, 0);
    this.#inside(row, handler);
    this.#iret(interruptedUser ? "iret.to_user" : "iret.to_kernel", interruptedUser);
  }

  /**
   * Gives the vCPU to another task: kernel/sched/core.c context_switch, arch/x86/kernel/
   * process_64.c __switch_to. Reading the inactive GS base needs RDMSR, which Xen emulates; the
   * new address space waits in the lazy batch until arch_end_context_switch.
   */
  switchTo(task: PvTask): void {
    if (task === this.current) return;
    this.readKernelGsBase();
    if (task.root !== 0 && task.root !== this.#loadedRoot) this.loadRoot(task.root);
    this.hypercall("set_segment_base.gs_user");
    this.hypercall("stack_switch", task.stackTop);
    this.current = task;
  }

  /** RDMSR of KERNEL_GS_BASE in __rdgsbase_inactive: Xen emulates it. */
  readKernelGsBase(): void {
    this.emulated("#GP", "xen_do_read_msr");
  }

  /** Loads another address space: xen_write_cr3, kernel and user root in one hypercall. */
  loadRoot(root: number): void {
    this.#loadedRoot = root;
    this.hypercall("mmuext_op.new_baseptr+new_user_baseptr", root);
  }

  /** xen_safe_halt: the vCPU has nothing to do; Xen unmasks events and gives the CPU away. */
  block(work?: () => void): void {
    this.vcpuInfo.upcallMask = false;
    this.hypercall("sched_op.block", 0, work);
  }

  /** xen_vcpuop_set_next_event: the one timer of the vCPU fires at `deadline`, in nanoseconds. */
  setTimer(deadline: number, work?: () => void): void {
    this.hypercall("vcpu_op.set_singleshot_timer", deadline, work);
  }

  /** `cli`: a write to shared memory (xen_irq_disable_direct). */
  maskEvents(): void {
    this.vcpuInfo.upcallMask = true;
  }

  /** `sti`: a write, and where an event waits a hypercall that lets Xen deliver it. */
  unmaskEvents(): void {
    this.vcpuInfo.upcallMask = false;
    // xen_force_evtchn_callback: a hypercall that does nothing; on the way back Xen looks.
    if (this.vcpuInfo.upcallPending) this.hypercall("xen_version");
  }

  /** Xen emulates a privileged instruction of the kernel, or a write to a page table (ptwr). */
  emulated(exception: "#GP" | "#PF", kernelFunction: string, address = 0): void {
    const vector = exception === "#GP" ? VECTOR.generalProtection : VECTOR.page;
    this.exception(vector, `${exception} kernel emulated`, kernelFunction, address);
    this.#backFromXen();
  }

  /**
   * A page fault that is the guest's own: Xen hands it to the kernel's handler, `iret` ends it.
   * @param handler What the kernel does about it.
   */
  pageFault(address: number, handler: () => void): void {
    const fromUser = this.inUser;
    if (fromUser) this.#enterKernel();
    this.exception(VECTOR.page, `#PF ${fromUser ? "user" : "kernel"} injected`, "", address);
    handler();
    this.#iret(fromUser ? "iret.to_user" : "iret.to_kernel", fromUser);
  }

  /** An SSE or x87 instruction: after another domain had the CPU, Xen loads the state at #NM. */
  useFpu(kernelFunction = ""): void {
    if (!this.#fpuElsewhere) return;
    this.#fpuElsewhere = false;
    const from = kernelFunction === "" ? "user" : "kernel";
    this.exception(VECTOR.deviceNotAvailable, `#NM ${from} fixed, retried`, kernelFunction, 0);
    this.#backFromXen();
  }

  /** Another domain gets the CPU (not the idle vCPU): Xen keeps this one's FPU state. */
  descheduled(): void {
    this.#fpuElsewhere = true;
  }

  /** Writes the row of an exception that Xen took. */
  exception(vector: number, what: string, kernelFunction: string, address: number): void {
    const name = kernelFunction === "" ? what : this.#pair(what, kernelFunction);
    const actor = this.inUser ? this.#userActor : this.#kernelActor;
    this.#row(KIND.exception, actor, this.#name(name), vector, address);
  }

  #enterKernel(): void {
    assert(this.inUser, `${this.domain} enters its kernel from user mode`);
    this.inUser = false;
  }

  #iret(name: string, toUser: boolean): void {
    this.#host.hypercall(this.#kernelActor, this.#name(name), 0, 0);
    this.inUser = toUser;
    // The frame's IF: whoever was interrupted had events unmasked.
    this.vcpuInfo.upcallMask = false;
    this.#backFromXen();
  }

  /** xen/arch/x86/x86_64/entry.S, test_all_events: what waits is delivered on the way back. */
  #backFromXen(): void {
    const { vcpuInfo } = this;
    if (vcpuInfo.upcallPending && !vcpuInfo.upcallMask) this.#deliver?.();
  }

  #inside(row: number, work: () => void): void {
    if (row >= 0) this.#trace.enter(row);
    work();
    if (row >= 0) this.#trace.leave(row, this.#host.nowCycles);
  }

  #row(kind: number, actor: number, name: string, a: number, b: number): number {
    return this.#host.note(kind, actor, this.#trace.id(name), a, b);
  }

  #name(name: string): string {
    if (this.#prefix === "") return name;
    let prefixed = this.#names.get(name);
    if (prefixed === undefined) {
      prefixed = this.#prefix + name;
      this.#names.set(name, prefixed);
    }
    return prefixed;
  }

  #pair(what: string, kernelFunction: string): string {
    const first = this.#pairs.get(what) ?? new Map<string, string>();
    this.#pairs.set(what, first);
    const pair = first.get(kernelFunction) ?? `${what} ${kernelFunction}`;
    first.set(kernelFunction, pair);
    return pair;
  }
}
