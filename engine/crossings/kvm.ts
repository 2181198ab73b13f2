import { assert } from "../core/assert.ts";
import type { InterruptCrossing } from "../core/crossing.ts";
import type { HostModel, SystemCall } from "../core/host-model.ts";
import { RESOURCES, type ResourceCode } from "../core/resource.ts";
import { HAND_OVER, HOST_THREAD, type HostThread, resourceOf, type Task } from "../core/task.ts";
import { EXIT_REASON, type ExitReason } from "../cpu/exit-reason.ts";
import type { PostedInterruptDescriptor } from "../cpu/vtx/posted-interrupt.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import { ExitLabels } from "./exit-label.ts";
import { GuestMapping } from "./guest-mapping.ts";
import { HostCalls } from "./host-calls.ts";
import { HostCpus } from "./host-cpus.ts";
import { KvmEoi } from "./kvm-eoi.ts";
import { KvmHalt } from "./kvm-halt.ts";
import { KvmInterrupts } from "./kvm-interrupts.ts";
import type { KvmObserver } from "./kvm-observer.ts";
import { DEFAULT_KVM, type KvmOptions } from "./kvm-options.ts";

const KVM = ACTORS.hypervisor.code;
/** Deepest nesting of tasks: a thread's step that ends another. */
const DEPTH_MAX = 64;

/**
 * KVM and the host around one vCPU: what leaves the guest and why, how interrupts get in, when the
 * vCPU's thread blocks, and which thread of the host does the device model's work. Linux 6.12,
 * virt/kvm/kvm_main.c, arch/x86/kvm/x86.c, vcpu_enter_guest; QEMU 10, accel/kvm/kvm-all.c.
 */
export class Kvm implements InterruptCrossing, HostModel {
  readonly labels: ExitLabels;
  readonly cpus: HostCpus;
  readonly options: KvmOptions;
  /** What the guest's physical addresses are for the processor. */
  readonly mapping: GuestMapping;
  /** Hears of what the processor does to the vCPU's control structure. */
  observer: KvmObserver | undefined;
  readonly #machine: Machine;
  readonly #eoi: KvmEoi;
  readonly #halt: KvmHalt;
  readonly #calls: HostCalls;
  readonly #interrupts: KvmInterrupts;
  readonly #pvEoiName: number;
  /** Name and reason of the exit that is open. */
  #exitName = 0;
  #exitReason: ExitReason = EXIT_REASON.hlt;
  /** Threads of the tasks under way, innermost last, and whether each stopped the guest. */
  readonly #threads = new Int8Array(DEPTH_MAX);
  readonly #stopped = new Uint8Array(DEPTH_MAX);
  #depth = 0;

  constructor(machine: Machine, options: Partial<KvmOptions> = {}) {
    this.#machine = machine;
    this.options = { ...DEFAULT_KVM, ...options };
    this.labels = new ExitLabels(machine.trace, this.options.vendor);
    this.cpus = new HostCpus(machine, this.options.hostCpus);
    const { vendor, x2apic } = this.options;
    this.mapping = new GuestMapping(machine, vendor === "amd", !x2apic);
    this.#interrupts = new KvmInterrupts(machine, this);
    this.#eoi = new KvmEoi(this, machine.vcpu.apic, this.options, this.#interrupts.virtualized);
    this.#halt = new KvmHalt(machine, this, this.options.haltPollMicroseconds);
    this.#calls = new HostCalls(machine, this);
    this.#pvEoiName = machine.trace.id("PV EOI");
    machine.host = this;
    machine.clock.oneCpu = this.options.hostCpus === 1;
  }

  /** The thread whose code runs now: the vCPU's own, if no task of another is under way. */
  get thread(): HostThread {
    for (let at = this.#depth - 1; at >= 0; at--) {
      const thread = this.#threads[at] as HostThread;
      if (thread !== HOST_THREAD.none) return thread;
    }
    return this.#depth > 0 ? HOST_THREAD.none : HOST_THREAD.vcpu;
  }

  /** Whether guest code runs: neither in an exit nor halted. */
  get guestRuns(): boolean {
    return !this.#machine.exited;
  }

  /** Whether a vector was last raised by a level-triggered line. */
  isLevel(vector: number): boolean {
    return this.#interrupts.isLevel(vector);
  }

  /** The descriptor that interrupts are posted in, where they are virtualized. */
  get postedDescriptor(): PostedInterruptDescriptor | undefined {
    return this.#interrupts.descriptor;
  }

  /**
   * The guest leaves.
   * @param msr Register of an MSR exit, or -1.
   * @param guestPhysical Address of an exit that the guest's tables cause, or -1.
   */
  exit(reason: ExitReason, qualification: number, msr = -1, guestPhysical = -1): void {
    this.#leave(this.labels.name(reason, msr), reason, qualification, guestPhysical);
    this.#count(KIND.vmExit, this.#exitName, reason);
  }

  /** The guest leaves for an interrupt of the host, which comes before anything else that is due. */
  exitForInterrupt(reason: ExitReason = EXIT_REASON.externalInterrupt): void {
    this.#leave(this.labels.name(reason), reason, 0);
    this.#machine.scheduler.countOnly(KIND.vmExit, this.#exitName, reason);
  }

  /** That interrupt is dealt with. */
  enterAfterInterrupt(): void {
    this.#machine.scheduler.passPoint();
    this.enter();
  }

  #leave(name: number, reason: ExitReason, qualification: number, guestPhysical = -1): void {
    assert(this.guestRuns, "a VM exit comes from guest code");
    this.#exitName = name;
    this.#exitReason = reason;
    this.#machine.vmExit(name, reason, qualification);
    this.observer?.exited(reason, qualification, guestPhysical);
    this.#takeEoiBack();
    if (reason === EXIT_REASON.hlt) this.#halt.begin();
  }

  #takeEoiBack(): void {
    const seen = this.#eoi.takeBack();
    if (seen >= 0) this.#machine.note(KIND.deviceStep, KVM, this.#pvEoiName, seen, 0);
  }

  /** The guest goes on, with an interrupt if one may be injected. */
  enter(): void {
    assert(!this.guestRuns, "a VM entry follows a VM exit");
    const vector = this.#interrupts.inject();
    this.#eoi.offer(this.#interrupts.underInjection);
    this.#machine.vmEntry(this.#exitName, this.#exitReason, Math.max(0, vector));
    this.observer?.entered();
    this.#machine.scheduler.countOnly(KIND.vmEntry, this.#exitName, this.#exitReason);
  }

  /** An exit that KVM does not handle goes to the device model on the vCPU's own thread. */
  leaveToBackend(memory: boolean, address: number, value: number): void {
    if (this.options.backend === "qemu") this.#calls.userExit(memory, address, value);
  }

  /** The exit of an access is handled: whoever was woken may run first, then the guest goes on. */
  backToGuest(): void {
    const { scheduler, vcpu } = this.#machine;
    // QEMU's main loop waits for the lock that the vCPU's thread holds while it is in user space.
    const lockWasHeld = this.#calls.run();
    if (scheduler.scheduled) scheduler.passPoint();
    else if (!lockWasHeld) this.#runWoken();
    this.enter();
    if (vcpu.deliverable) scheduler.takeDelivered();
    else scheduler.passPoint();
  }

  /** The guest's local APIC timer expires now. */
  timerExpired(packet = -1): void {
    const { trace } = this.#machine;
    const before = trace.packet;
    if (packet >= 0) trace.packet = packet;
    this.#interrupts.timerExpired();
    trace.packet = before;
  }

  /**
   * An exit that has nothing to do with the NIC: its name as a trace would show it. Pending
   * interrupts come in with the entry; PV EOI is offered again only with one of them, as KVM
   * looks at it after an event (x86.c, vcpu_enter_guest, KVM_REQ_EVENT).
   * @param fast The guest goes on without KVM looking at anything, unless an interrupt waits
   *   (x86.c, handle_fastpath_set_msr_irqoff).
   */
  otherExit(name: string, reason: ExitReason, fast = false): void {
    const machine = this.#machine;
    const id = machine.trace.id(name);
    if (fast) {
      this.#exitName = id;
      this.#exitReason = reason;
      machine.vmExit(id, reason, 0);
      this.observer?.exited(reason, 0, -1);
    } else this.#leave(id, reason, 0);
    this.#count(KIND.vmExit, id, reason);
    const vector = this.#interrupts.inject();
    if (fast && vector >= 0) this.#takeEoiBack();
    if (vector >= 0) this.#eoi.offer(this.#interrupts.underInjection);
    machine.vmEntry(id, reason, Math.max(0, vector));
    this.observer?.entered();
    machine.scheduler.countOnly(KIND.vmEntry, id, reason);
  }

  /** An interrupt comes in with the entry that has just been: it is taken before all else. */
  get delivering(): boolean {
    return this.#interrupts.underInjection >= 0 && this.guestRuns && this.#machine.vcpu.deliverable;
  }

  /** The vector that is on its way into the guest, or -1. */
  get injectedVector(): number {
    return this.#interrupts.underInjection;
  }

  /** Whether the guest's last EOI was a store to PV EOI's shared bit. */
  get lastEoiByFlag(): boolean {
    return this.#eoi.lastByFlag;
  }

  raised(vector: number, level: boolean): void {
    this.#interrupts.raised(vector, level);
  }

  taken(vector: number): void {
    this.observer?.taken(vector);
  }

  eoi(vector: number, level: boolean): void {
    this.#eoi.write(vector, level);
    if (level) this.observer?.ended();
  }

  eoiDone(_vector: number, level: boolean): void {
    if (!level) this.observer?.ended();
    if (!this.guestRuns) this.enter();
  }

  resourceOf(task: Task): ResourceCode {
    const shares = this.cpus.sharesWithVcpu(task.thread);
    return shares ? RESOURCES.vcpu.code : resourceOf(task);
  }

  taskBegins(task: Task): void {
    // The guest's own doing, or KVM's in its place: no other thread comes in.
    if (task.thread === HOST_THREAD.vcpu) return;
    const { thread } = task;
    assert(this.#depth < DEPTH_MAX, "tasks of the host do not nest without end");
    this.#threads[this.#depth] = thread;
    this.#stopped[this.#depth] = 0;
    if (this.guestRuns && this.#takesVcpu(task, thread)) {
      this.exit(EXIT_REASON.externalInterrupt, 0);
      this.#stopped[this.#depth] = 1;
    }
    this.#depth++;
    if (thread <= HOST_THREAD.vcpu) return;
    if (this.cpus.wake(thread)) this.#calls.woken(thread);
    this.cpus.switchTo(thread);
  }

  taskEnds(task: Task): void {
    if (task.thread === HOST_THREAD.vcpu) return;
    const at = this.#depth - 1;
    const thread = this.#threads[at] as HostThread;
    if (thread > HOST_THREAD.vcpu) this.#threadStepEnds(thread, at);
    this.#depth = at;
    if (this.#stopped[at] === 0) return;
    if (!this.#machine.scheduler.scheduled) this.#runWoken();
    this.enter();
  }

  guestIdle(): boolean {
    const { trace } = this.#machine;
    if (!this.guestRuns || !this.options.halts) return false;
    const before = trace.packet;
    trace.packet = trace.lastPacket;
    this.exit(EXIT_REASON.hlt, 0);
    trace.packet = before;
    return true;
  }

  guestTimerDue(packet: number): boolean {
    if (!this.#machine.vcpu.halted) return false;
    this.timerExpired(packet);
    return true;
  }

  resume(): boolean {
    const { scheduler, trace, vcpu } = this.#machine;
    if (!vcpu.halted || !vcpu.injectable || this.#depth > 0) return false;
    if (!vcpu.interruptVisible) return false;
    const before = trace.packet;
    const packet = trace.packetOf(vcpu.apic.causeRows[vcpu.apic.highestRequested] as number);
    trace.packet = packet >= 0 ? packet : trace.lastPacket;
    this.#halt.end();
    this.enter();
    trace.packet = before;
    scheduler.takeDelivered();
    return true;
  }

  /** The vCPU is wanted: its thread is woken if it has blocked. */
  wakeVcpu(): void {
    this.#halt.wake();
  }

  /** The vCPU's thread has blocked, or goes on. */
  blocked(blocked: boolean): void {
    this.#interrupts.blocked(blocked);
  }

  interruptBegins(): number {
    return this.#interrupts.begins();
  }

  lineBegins(gsi: number, asserted: boolean): void {
    this.#calls.lineBegins(gsi, asserted);
  }

  lineEnds(gsi: number, asserted: boolean): void {
    this.#calls.lineEnds(gsi, asserted);
  }

  wake(thread: HostThread): void {
    if (this.cpus.wake(thread)) this.#calls.woken(thread);
  }

  systemCall(call: SystemCall): void {
    this.#calls.make(call);
  }

  bottomHalfScheduled(): void {
    this.#calls.bottomHalfScheduled();
  }

  bottomHalfBegins(): void {
    this.#calls.bottomHalfBegins();
  }

  /** A message of the device model becomes an interrupt: who asks KVM for it, and how. */
  messageSignalled(vector: number): void {
    this.#calls.messageSignalled(vector);
  }

  /** An exit or entry may be a point of the schedule; none is followed inside another task. */
  #count(kind: number, name: number, reason: number): void {
    const { scheduler } = this.#machine;
    if (this.#depth > 0) scheduler.countOnly(kind, name, reason);
    else scheduler.countAccess(kind, name, reason);
  }

  /** Whether a task cannot begin while the guest has its CPU: the host's interrupt comes first. */
  #takesVcpu(task: Task, thread: HostThread): boolean {
    if (thread !== HOST_THREAD.none) return this.cpus.sharesWithVcpu(thread);
    const byHost = this.options.interruptsFrom === "backend";
    return byHost && this.options.hostCpus === 1 && task.handOver === HAND_OVER.frameArrival;
  }

  /** A thread goes on while it has work, if nobody else can run meanwhile; then it sleeps. */
  #threadStepEnds(thread: HostThread, at: number): void {
    const { scheduler } = this.#machine;
    this.#calls.stepEnds(thread);
    if (at > 0 && this.#threads[at - 1] === thread) return;
    if (this.cpus.sharesWithVcpu(thread) && !scheduler.scheduled) {
      while (scheduler.runThread(thread));
    }
    if (scheduler.hasWork(thread)) return;
    this.#calls.sleeps(thread);
    this.cpus.sleep(thread);
  }

  /** One CPU for all: threads that were woken in an exit run before the guest goes on. */
  #runWoken(): void {
    const { scheduler } = this.#machine;
    if (!this.cpus.vcpuHasCompany) return;
    for (const thread of [HOST_THREAD.mainLoop, HOST_THREAD.vhostWorker]) {
      if (this.cpus.sharesWithVcpu(thread) && this.cpus.isAwake(thread))
        scheduler.runThread(thread);
    }
  }
}

/** The KVM that a machine's mode installed. */
export function kvmOf(machine: Machine): Kvm {
  const { host } = machine;
  assert(host instanceof Kvm, "the machine's host is KVM");
  return host;
}
