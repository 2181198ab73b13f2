import { assert } from "../../core/assert.ts";
import { PvKernel } from "../../cpu/paravirtual/pv-kernel.ts";
import type { PvTask } from "../../cpu/paravirtual/pv-task.ts";
import type { VcpuInfo } from "../../cpu/paravirtual/vcpu-info.ts";
import type { GuestKernel } from "../../guest/kernel.ts";
import type { Machine } from "../../machine.ts";
import type { SharedBlock } from "../../memory/shared-block.ts";
import { EventDomain, type EventBlocks, type EventChannels } from "./event-channels.ts";
import { EventFifo } from "./event-fifo.ts";
import { VCPU_INFO } from "./layout.ts";
import { type SharedAccess, SharedView } from "./shared-access.ts";
import { putByte } from "../../memory/watched-bytes.ts";

/** Turns of the run queue before it counts as a livelock. */
const TURNS_MAX = 1e7;

/** A thread of a domain: what it does from waking up until it sleeps again. */
export interface DomainThread extends PvTask {
  /** Whether it already waits for the CPU. */
  runnable: boolean;
  run(): void;
}

/** What a domain is built with. */
export interface DomainOptions {
  /** Name in rows: `domU`, `dom0`. */
  readonly name: string;
  /** Before the names of its hypercalls: "" or "dom0: ". */
  readonly prefix: string;
  readonly blocks: EventBlocks;
  /** Softirqs and NAPI of its kernel. */
  readonly softirqs: GuestKernel;
  /** Whose code its kernel and its user space are. */
  readonly kernelActor: number;
  readonly userActor: number;
  /** The guest itself: its accesses are the guest's, with time. */
  readonly isGuest: boolean;
}

/** evtchn_upcall_pending and _mask where they really are; these looks write no rows. */
class SharedVcpuInfo implements VcpuInfo {
  readonly #bytes: Uint8Array;
  readonly #base: number;

  constructor(bytes: Uint8Array, block: SharedBlock) {
    this.#bytes = bytes;
    this.#base = block.base;
  }

  get upcallPending(): boolean {
    return this.#bytes[this.#base + VCPU_INFO.pending] !== 0;
  }

  get upcallMask(): boolean {
    return this.#bytes[this.#base + VCPU_INFO.mask] !== 0;
  }

  set upcallMask(masked: boolean) {
    putByte(this.#bytes, this.#base + VCPU_INFO.mask, masked ? 1 : 0);
  }
}

/**
 * A PV domain with one vCPU: its kernel at CPU level, its events, its threads. It runs from a
 * wake-up until it blocks; who runs when is the hypervisor's matter.
 */
export class XenDomain {
  readonly name: string;
  readonly kernel: PvKernel;
  readonly events: EventDomain;
  readonly fifo: EventFifo;
  #blocked = true;
  /** Hears that it blocked or runs again, and that threads of its came or went. */
  onChange: (() => void) | undefined;
  /**
   * Called where the kernel may program its timer: leaving the idle loop (nohz ends), entering it
   * (nohz begins), a sleep with a time-out. Whether it does depends on its clock, which is not modelled here.
   */
  onClock: () => void = () => {};
  /** Of several runnable threads the one woken last runs first; default: in order of waking. */
  lastWokenFirst = false;
  readonly #channels: EventChannels;
  readonly #softirqs: GuestKernel;
  readonly #idle: PvTask;
  readonly #queue: DomainThread[] = [];
  readonly #handleUpcall: () => void;
  readonly #machine: Machine;
  readonly #actor: number;
  readonly #eoiName: number;

  constructor(machine: Machine, channels: EventChannels, options: DomainOptions) {
    const { blocks, name } = options;
    this.name = name;
    this.#machine = machine;
    this.#actor = options.kernelActor;
    this.#eoiName = machine.trace.id("xen_irq_lateeoi");
    this.#channels = channels;
    this.#softirqs = options.softirqs;
    this.events = new EventDomain(machine, name, blocks);
    const access = (block: SharedBlock): SharedAccess =>
      options.isGuest ? block : new SharedView(machine, block, options.kernelActor);
    this.fifo = new EventFifo(access(blocks.words), access(blocks.control), access(blocks.info));
    this.#idle = { name: "idle", root: 0, stackTop: 0 };
    this.kernel = new PvKernel(machine, this.#idle, {
      domain: name,
      prefix: options.prefix,
      kernelActor: options.kernelActor,
      userActor: options.userActor,
      vcpuInfo: new SharedVcpuInfo(machine.memory.bytes, blocks.info),
    });
    const upcallName = machine.trace.id("xen_evtchn_do_upcall");
    const handleEvents = (): void => {
      const span = machine.open(options.kernelActor, upcallName);
      this.fifo.handleUpcall();
      machine.close(span);
    };
    this.#handleUpcall = () => this.#softirqs.runInterrupt(handleEvents);
  }

  /** True from `sched_op.block` until Xen lets the vCPU run again. */
  get blocked(): boolean {
    return this.#blocked;
  }

  set blocked(blocked: boolean) {
    this.#blocked = blocked;
    this.onChange?.();
  }

  /** Threads that wait for the CPU. */
  get waitingThreads(): readonly string[] {
    return this.#queue.map(({ name }) => name);
  }

  /** Whether an event waits for the vCPU. */
  get eventPending(): boolean {
    return this.kernel.vcpuInfo.upcallPending;
  }

  /** Whether a thread waits for the CPU: the scheduler runs at the next chance. */
  get needsResched(): boolean {
    return this.#queue.length > 0;
  }

  /** `notify_remote_via_irq`. */
  notify(port: number): void {
    this.kernel.hypercall("event_channel_op.send", port, () =>
      this.#channels.send(this.events, port),
    );
  }

  /** `xen_irq_lateeoi`: a memory write, or a hypercall when an event came meanwhile. */
  endOfInterrupt(port: number): void {
    const span = this.#machine.open(this.#actor, this.#eoiName);
    this.fifo.unmask(port, () =>
      this.kernel.hypercall("event_channel_op.unmask", port, () =>
        this.#channels.unmask(this.events, port),
      ),
    );
    this.#machine.close(span);
  }

  /** `wake_up_process`. */
  wake(thread: DomainThread): void {
    if (thread.runnable) return;
    thread.runnable = true;
    this.#queue.push(thread);
    this.onChange?.();
  }

  /** Xen entered the event callback: handlers and softirqs, back by `iret`. */
  takeUpcall(): void {
    this.kernel.upcall(0, this.#handleUpcall);
  }

  /** `schedule` with runnable threads: each runs until it sleeps; then `back` goes on. */
  runThreads(back: PvTask = this.#idle): void {
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      const thread = this.lastWokenFirst ? this.#queue.pop() : this.#queue.shift();
      if (thread === undefined) {
        this.kernel.switchTo(back);
        return;
      }
      thread.runnable = false;
      this.onChange?.();
      this.kernel.switchTo(thread);
      this.#run(thread);
    }
    assert(false, `${this.name}'s threads come to rest`);
  }

  /** A kernel thread's turn is a span under its name; a process's has its own rows. */
  #run(thread: DomainThread): void {
    if (thread.root !== 0) {
      thread.run();
      return;
    }
    const span = this.#machine.open(this.#actor, this.#machine.trace.id(thread.name));
    thread.run();
    this.#machine.close(span);
  }

  /** The idle loop: whatever is runnable, then `sched_op.block` until the next event. */
  goIdle(): void {
    if (this.kernel.current === this.#idle && this.needsResched) this.onClock();
    this.runThreads();
    this.onClock();
    this.kernel.block();
    this.blocked = true;
  }

  /** Xen gave the vCPU a CPU: events first, then threads, until it blocks. */
  runUntilBlocked(): void {
    this.blocked = false;
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      if (this.eventPending) this.takeUpcall();
      this.goIdle();
      if (!this.eventPending) return;
    }
  }
}
