import { MulticallBatch } from "../../cpu/paravirtual/multicall-batch.ts";
import { PvKernel } from "../../cpu/paravirtual/pv-kernel.ts";
import { type ProcessKernel, PvProcess } from "../../cpu/paravirtual/pv-process.ts";
import { ENTRY_BYTES, PAGE_BYTES } from "../../cpu/paravirtual/table-page.ts";
import type { PvTask } from "../../cpu/paravirtual/pv-task.ts";
import { Machine } from "../../machine.ts";
import type { Trace } from "../../trace/store.ts";
import type { CpuEvent, ExceptionEvent, TableEntry } from "./cpu-event.ts";
import { accessesIn, agentImage, layOutAgent, RELOCATED } from "./cpu-layout.ts";
import { CpuClock } from "./cpu-clock.ts";
import { CrossingCounter, isForcedUpcall, type Moment, momentsOf } from "./cpu-moments.ts";
import { isInterrupted } from "./cpu-rows.ts";

/** Top of the idle task's stack in Linux's image: init_thread_union. */
const IDLE_STACK = 0xffff_ffff_82c0_4000;
const FIRST_FRAME = 0x77000;
const PAGE_FAULT_WRITE = 2;

/** What the recording says that lies outside the file of the test. */
export interface CpuContext {
  /** An address in the agent's mmap region, 0 when none is known. */
  readonly mmapAddress: number;
  /** Pages that the test `fault` touches. */
  readonly faultPages: number;
}

/** What a replayed test came to. */
export interface CpuRun {
  readonly trace: Trace;
  /** Exceptions that a recording cannot show: the fetch right after `iret` faults inside Xen. */
  readonly hidden: ReadonlySet<number>;
  /** Moments that were read from the recording, by kind. */
  readonly points: Readonly<Record<string, number>>;
}

/**
 * Runs a CPU test in the model of a PV domain. From the recording come the program's doings
 * (system calls, addresses that it touches) and the moments of switches, of the timer's events and
 * of other domains; every hypercall and every trap follows from the models.
 */
export class CpuReplay {
  readonly #machine = new Machine();
  readonly #host: CrossingCounter;
  readonly #kernel: PvKernel;
  readonly #batch: MulticallBatch;
  readonly #system: ProcessKernel;
  readonly #context: CpuContext;
  readonly #events: readonly CpuEvent[];
  readonly #tasks = new Map<number, PvTask>();
  /** Tasks whose system call has not returned to user mode yet. */
  readonly #inSystemCall = new Set<PvTask>();
  readonly #hidden = new Set<number>();
  readonly #points: Record<string, number> = {};
  #newborn: PvProcess | undefined;
  /** What the agent mapped last. */
  #mapped = { start: 0, end: 0 };
  #execPending = false;
  #execStarted = false;
  /** Events that come at a moment of the recording, with the crossings before them. */
  readonly #moments: Moment[] = [];
  #nextFrame = FIRST_FRAME;
  #at = 0;
  /** Stack of the task that ran before the current one. */
  #stackBefore = IDLE_STACK;
  readonly #clock: CpuClock;

  constructor(events: readonly CpuEvent[], context: CpuContext) {
    this.#events = events.filter((event) => !isInterrupted(event));
    this.#host = new CrossingCounter(this.#machine, () => this.#passPoint());
    this.#context = context;
    const idle: PvTask = { name: "swapper", root: 0, stackTop: IDLE_STACK };
    this.#kernel = new PvKernel(this.#host, idle, {
      domain: "domU",
      deliver: () => void this.#timerUpcall(),
    });
    this.#batch = new MulticallBatch(this.#host, this.#kernel);
    const takeFrame = (): number => this.#nextFrame++;
    this.#system = {
      kernel: this.#kernel,
      batch: this.#batch,
      takeFrame,
      initialRoot: takeFrame(),
      nullSelectorKeepsBase: true,
    };
    this.#tasks.set(IDLE_STACK, idle);
    this.#clock = new CpuClock(this.#kernel, this.#events);
  }

  /** Runs the test. */
  run(): CpuRun {
    this.#beginAsAgent();
    for (this.#at = 0; this.#at < this.#events.length; this.#at++) this.#follow();
    if (this.#endsInUser()) this.#finishSystemCall();
    const trace = this.#machine.trace.finish();
    return { trace, hidden: this.#hidden, points: this.#points };
  }

  /** The agent runs in user mode, with its memory as the recording lets it be known. */
  #beginAsAgent(): void {
    const agent = new PvProcess(this.#system, "agent", this.#agentStack());
    this.#tasks.set(agent.stackTop, agent);
    const { mmapAddress } = this.#context;
    const accesses = accessesIn(this.#events);
    const written = this.#writtenBy(agent.stackTop);
    const resident = { accesses, written, mmapAddress, ...this.#firstFork() };
    const earlier = layOutAgent(agent.memory, resident);
    if (earlier > 0) this.#points["pages written before the recording"] = earlier;
    this.#kernel.switchTo(agent);
    this.#machine.trace.clear();
    this.#moments.push(...momentsOf(this.#events));
    this.#host.count = 0;
    this.#kernel.inUser = true;
  }

  #follow(): void {
    const event = this.#events[this.#at] as CpuEvent;
    switch (event.op) {
      case "syscall":
        this.#systemCall(event.name);
        break;
      case "exception":
        if (event.vector === "#PF" && event.result === "injected") this.#fault(event);
        else if (event.vector === "#NM") this.#kernelFpu(event);
        break;
      case "inject":
        this.#hiddenFetch();
        break;
      case "switch":
      case "upcall":
        // What the kernel does before it may have waited; the moment may lie in its middle.
        if ((this.#moments[0]?.crossings ?? 0) > this.#host.count) this.#exec();
        if (this.#moments[0]?.at === this.#at) this.#nextMoment();
        break;
      case "descheduled":
        this.#point("other domains");
        this.#kernel.descheduled();
        break;
      default:
        break;
    }
  }

  /** Before every crossing: what the recording has at this moment happens first. */
  #passPoint(): void {
    while (this.#moments[0]?.crossings === this.#host.count) this.#nextMoment();
  }

  #nextMoment(): void {
    const moment = this.#moments.shift() as Moment;
    const event = this.#events[moment.at] as CpuEvent;
    if (event.op === "switch") this.#switch(moment.at);
    else this.#upcall(moment.at);
  }

  #systemCall(name: string): void {
    this.#finishSystemCall();
    const kernel = this.#kernel;
    kernel.systemCall(name);
    const current = kernel.current;
    this.#inSystemCall.add(current);
    if (!(current instanceof PvProcess)) return;
    const { memory } = current;
    if (name === "clone" || name === "fork") {
      this.#newborn = current.fork("child", 0);
    } else if (name === "execve") this.#execPending = true;
    else if (name === "exit_group") {
      current.exit();
      // Its stack may be another task's next.
      this.#tasks.delete(current.stackTop);
    } else if (name === "mprotect") memory.protect(RELOCATED.start, RELOCATED.end, false);
    else if (name === "clock_nanosleep") this.#clock.sleep(this.#events[this.#at] as CpuEvent);
    else if (name === "munmap") memory.unmap(this.#mapped.start, this.#mapped.end);
    else if (name === "mmap") this.#mapTouched(current);
  }

  /** A page fault that the guest's kernel handles. */
  #fault(event: ExceptionEvent): void {
    const write = (event.errorCode & PAGE_FAULT_WRITE) !== 0;
    if (event.from === "user") this.#finishSystemCall();
    // execve reads its arguments in the old memory; what the kernel writes is the new one's.
    else if (write) this.#exec();
    this.#handleFault(event.address, write);
  }

  #handleFault(address: number, write: boolean): void {
    const { current } = this.#kernel;
    this.#kernel.pageFault(address, () => {
      if (!(current instanceof PvProcess) || current.memory.fault(address, write)) return;
      // An area that the agent's layout does not have: as if it had mapped this page.
      const start = address - (address % PAGE_BYTES);
      const end = start + PAGE_BYTES;
      const area = { start, end, backing: "anonymous", writable: true } as const;
      current.memory.map({ ...area, hasPrivatePages: false });
      current.memory.fault(address, write);
    });
  }

  /** Returning to a page that is not there: Xen hands the fault on before a line can show it. */
  #hiddenFetch(): void {
    const before = this.#events[this.#at - 1];
    if (before?.op !== "hypercall" || before.name !== "iret.to_user") return;
    this.#finishSystemCall();
    this.#hidden.add(this.#machine.trace.length);
    this.#host.uncounted = true;
    this.#handleFault(before.address, false);
  }

  /** The FPU's state comes back at the first instruction that needs it. */
  #kernelFpu(event: ExceptionEvent): void {
    if (event.from === "user") this.#finishSystemCall();
    this.#kernel.useFpu(event.by);
  }

  #switch(at: number): void {
    const stack = this.#nextStack(at, this.#stackBefore);
    this.#stackBefore = this.#kernel.current.stackTop;
    let next = this.#tasks.get(stack);
    if (next === undefined) {
      next = this.#newTask(at, stack);
      this.#tasks.set(stack, next);
    }
    this.#point("task switches");
    if (this.#isIdle) this.#clock.leaveIdle(this.#events[at] as CpuEvent);
    this.#kernel.switchTo(next);
    if (this.#isIdle) this.#kernel.block();
  }

  /** A stack not seen before: the child that waits to run, another process, or a kernel thread. */
  #newTask(at: number, stackTop: number): PvTask {
    if (!this.#actsAsUser(at)) return { name: "kernel thread", root: 0, stackTop };
    const born = this.#newborn;
    this.#newborn = undefined;
    const task = new PvProcess(this.#system, "process", stackTop, born?.memory);
    this.#inSystemCall.add(task);
    return task;
  }

  /** The timer's event: an upcall, or where events were masked first Linux's way to let it in. */
  #upcall(at: number): void {
    this.#point("timer events");
    const before = this.#events[at - 1];
    this.#clock.expire(this.#events[at] as CpuEvent);
    if (isForcedUpcall(before)) {
      this.#kernel.vcpuInfo.upcallPending = true;
      this.#kernel.unmaskEvents();
      return;
    }
    const end = this.#events.findIndex((event, index) => index > at && isIret(event));
    const iret = this.#events[end];
    if (iret?.op === "hypercall" && iret.name === "iret.to_user") this.#finishSystemCall();
    const gotTick = this.#timerUpcall(end);
    if (!this.#isIdle || !gotTick) return;
    this.#clock.timer.stopTick();
    this.#kernel.block();
  }

  get #isIdle(): boolean {
    return this.#kernel.current.stackTop === IDLE_STACK;
  }

  /**
   * xen_timer_interrupt, and what the kernel switches to before it returns from it.
   * @param end Index of the event with which it returns.
   * @returns Whether it was the tick.
   */
  #timerUpcall(end = -1): boolean {
    this.#kernel.vcpuInfo.upcallPending = false;
    let isTick = false;
    this.#kernel.upcall(0, () => {
      isTick = this.#clock.timer.interrupt();
      while (this.#switchesBefore(end)) this.#nextMoment();
    });
    return isTick;
  }

  #switchesBefore(end: number): boolean {
    const at = this.#moments[0]?.at ?? Infinity;
    return at < end && this.#events[at]?.op === "switch";
  }

  #finishSystemCall(): void {
    const { current } = this.#kernel;
    if (!this.#inSystemCall.delete(current)) return;
    this.#exec();
    if (this.#execStarted && current instanceof PvProcess) current.startThread();
    this.#execStarted = false;
    this.#kernel.returnToUser();
  }

  /** What execve does once its arguments are read. */
  #exec(): void {
    const { current } = this.#kernel;
    if (!this.#execPending || !(current instanceof PvProcess)) return;
    this.#execPending = false;
    this.#execStarted = true;
    const rest = this.#events.slice(this.#at);
    const end = rest.findIndex((event) => event.op === "syscall" && event.name === "exit_group");
    current.exec(agentImage(accessesIn(end < 0 ? rest : rest.slice(0, end))));
  }

  /** mmap of the pages that the program touches next. */
  #mapTouched(current: PvProcess): void {
    const first = accessesIn(this.#events.slice(this.#at)).find(({ write }) => write);
    if (first === undefined) return;
    const start = first.address - (first.address % PAGE_BYTES);
    const end = start + this.#context.faultPages * PAGE_BYTES;
    this.#mapped = { start, end };
    const area = { start, end, backing: "anonymous", writable: true } as const;
    current.memory.map({ ...area, hasPrivatePages: false });
  }

  /**
   * What the first fork shows of the agent's memory, up to the multicall that pins the copy: the
   * entries that it copies, and of these the ones that it had to write-protect.
   */
  #firstFork(): { copied: TableEntry[]; writeProtected: TableEntry[] } {
    const copied: TableEntry[] = [];
    const writeProtected: TableEntry[] = [];
    let indices: number[] = [];
    const first = this.#events.findIndex(({ op, ...event }) => {
      return op === "syscall" && "name" in event && event.name === "clone";
    });
    for (const event of first < 0 ? [] : this.#events.slice(first)) {
      if (event.op === "exception" && event.by === "copy_page_range") {
        indices.push((event.address % PAGE_BYTES) / ENTRY_BYTES);
      }
      if (event.op !== "hypercall") continue;
      if (event.name === "multicall") break;
      copied.push(...event.entries);
      const frame = event.entries[0]?.frame;
      if (frame === undefined) continue;
      writeProtected.push(...indices.map((index) => ({ frame, index })));
      indices = [];
    }
    return { copied, writeProtected };
  }

  /** Pages that the task with this stack writes: so it did since its fork before. */
  #writtenBy(stack: number): number[] {
    const pages: number[] = [];
    let running = stack;
    for (const [at, event] of this.#events.entries()) {
      if (event.op === "switch") running = this.#nextStack(at);
      if (event.op !== "exception" || running !== stack) continue;
      for (const { address, write } of accessesIn([event])) {
        if (write) pages.push(address - (address % PAGE_BYTES));
      }
    }
    return pages;
  }

  /** The stack that the agent's task has: the one to which a test comes back. */
  #agentStack(): number {
    const switches = this.#events.flatMap((event, at) => (event.op === "switch" ? [at] : []));
    const stacks = switches.map((at) => this.#nextStack(at));
    // A test begins with the agent: among those that act as users, not the one switched to first.
    const users = stacks.filter((_, i) => this.#actsAsUser(switches[i] as number));
    return users.find((stack) => stack !== stacks[0]) ?? 1;
  }

  /** The stack that the switch at an event goes to; `cutOff` where the recording ends before. */
  #nextStack(from: number, cutOff = IDLE_STACK): number {
    const event = this.#events.slice(from).find(isStackSwitch);
    return event?.address ?? cutOff;
  }

  /** Whether the task switched to at this event does something that only user code does. */
  #actsAsUser(at: number): boolean {
    for (const event of this.#events.slice(at + 1)) {
      if (event.op === "switch") return false;
      if (event.op === "syscall") return true;
      if (event.op === "hypercall" && event.name === "iret.to_user") return true;
      // Memory of a process, which a kernel thread does not touch.
      if (event.op === "exception" && event.result === "injected") return true;
    }
    return false;
  }

  /** Whether the recording's last crossing came back to user mode. */
  #endsInUser(): boolean {
    const last = this.#events.findLast(({ op }) => op === "hypercall" || op === "exception");
    return last?.op === "hypercall" && last.name === "iret.to_user";
  }

  #point(kind: string): void {
    this.#points[kind] = (this.#points[kind] ?? 0) + 1;
  }
}

function isIret(event: CpuEvent): event is CpuEvent & { op: "hypercall" } {
  return event.op === "hypercall" && event.name.startsWith("iret.");
}

function isStackSwitch(event: CpuEvent): event is CpuEvent & { op: "hypercall" } {
  return event.op === "hypercall" && event.name === "stack_switch";
}
