import { assert, InvariantError } from "./assert.ts";
import { Clock } from "./clock.ts";
import type { Poller } from "./poller.ts";
import { noHost, type HostModel } from "./host-model.ts";
import { RESOURCES, type ResourceCode } from "./resource.ts";
import type { Schedule, SchedulePoint } from "./schedule.ts";
import { HAND_OVER, type HostThread, type Task } from "./task.ts";
import { TaskQueue } from "./task-queue.ts";

/** What the scheduler asks of the vCPU. */
export interface InterruptTaker {
  /** Whether an interrupt is pending that the vCPU could take now. */
  readonly deliverable: boolean;
  /** Whether the guest has interrupts enabled. */
  readonly interruptsEnabled: boolean;
  /** When a pending interrupt can be taken at the earliest, in cycles; Infinity when none could. */
  readonly deliverableFromCycles: number;
  /** Stream number of the interrupt that would be taken: its vector. */
  readonly pendingStream: number;
  /** Takes a pending interrupt, by default that of highest priority: runs its handler to the end. */
  takeInterrupt(vector: number): void;
}

const EVENT_LIMIT = 1e9;
/** By resource: whether it is a CPU that threads run on, other than the vCPU's. */
const RESOURCE_IS_CPU = Object.values(RESOURCES).map(({ code, cpu }) => cpu && code > 0);
/** Tasks that run without any time passing: more are a livelock. */
const STANDSTILL_LIMIT = 1e6;
/** Interrupts taken in a row while neither a host thread nor new guest work ran: more are a storm. */
const STORM_LIMIT = 1e6;

/**
 * Who is next. Guest code runs until it is idle; hand-overs of other threads that are due happen
 * between two of its accesses, as on a second core, each in the time of its own resource (see
 * {@link Clock}). Without prices a guest access takes one cycle and all else none. With a
 * {@link Schedule}, hand-overs happen at its points instead of by time.
 */
export class Scheduler {
  readonly clock: Clock;
  /** Guest accesses (registers, configuration space, rings) since the machine was built. */
  accessCount = 0;
  /** Whether guest code is in progress (false: the vCPU is idle). */
  guestRunning = false;
  /** Cores that poll: asked after each hand-over and each piece of guest work. */
  readonly pollers: Poller[] = [];
  /** The host's CPUs and threads; hears when the vCPU comes to rest. */
  host: HostModel = noHost;
  readonly #host = new TaskQueue();
  readonly #guest = new TaskQueue();
  readonly #vcpu: InterruptTaker;
  readonly #enter: (task: Task, ofHost: boolean) => void;
  #hostDueCycles = Infinity;
  #schedule: Schedule | undefined;
  #lastTaskCycles = -1;
  #standstillCount = 0;
  #stormCount = 0;

  /**
   * @param vcpu Takes interrupts.
   * @param enter Runs a task in its own trace context; `ofHost` unless it is the guest's.
   * @param clock The machine's time, default one of its own.
   */
  constructor(
    vcpu: InterruptTaker,
    enter: (task: Task, ofHost: boolean) => void,
    clock: Clock = new Clock(),
  ) {
    this.#vcpu = vcpu;
    this.#enter = enter;
    this.clock = clock;
  }

  /** Time of whoever works now, in cycles since the machine was built. */
  get nowCycles(): number {
    return this.clock.nowCycles;
  }

  set nowCycles(cycles: number) {
    this.clock.nowCycles = cycles;
  }

  /** When the guest's next work is due, in cycles; Infinity when it has none. */
  get guestDueCycles(): number {
    return this.#guest.dueCycles;
  }

  /** Posts work of a host thread, device or wire: it may happen between two guest accesses. */
  post(task: Task, delayCycles: number): void {
    // With a schedule, a thread that was woken waits for its point, not for time.
    const delay = this.#schedule !== undefined && task.thread >= 0 ? 0 : delayCycles;
    this.#host.push(task, exact(this.nowCycles + delay));
    if (task.dueCycles < this.#hostDueCycles) this.#hostDueCycles = task.dueCycles;
  }

  /** Posts work of the guest (an application's send, a kernel timer): it starts when the vCPU is idle. */
  postGuest(task: Task, delayCycles: number): void {
    this.#guest.push(task, exact(this.nowCycles + delayCycles));
  }

  /** When something happens next, Infinity when nothing is posted. */
  get nextDueCycles(): number {
    const { deliverableFromCycles } = this.#vcpu;
    return Math.min(this.#host.dueCycles, this.#guest.dueCycles, deliverableFromCycles);
  }

  /** Whether nothing is posted but background work, and no interrupt is on its way. */
  get resting(): boolean {
    if (this.#vcpu.deliverableFromCycles < Infinity) return false;
    return this.#host.foregroundCount + this.#guest.foregroundCount === 0;
  }

  /** Whether a thread of the host has work. */
  hasWork(thread: HostThread): boolean {
    return this.#host.countOf(thread) > 0;
  }

  /** Whether the guest has work that starts at this moment: its vCPU does not halt before it. */
  get guestWorkDue(): boolean {
    return this.#guest.dueCycles <= this.nowCycles + 1;
  }

  /** Whether hand-overs follow a recording. */
  get scheduled(): boolean {
    return this.#schedule !== undefined;
  }

  /** Runs the next task of a thread now, whenever it is due; false when it has none. */
  runThread(thread: HostThread): boolean {
    const task = this.#host.findOfThread(thread);
    if (task === undefined) return false;
    this.#host.remove(task);
    if (!this.clock.timed) this.nowCycles = Math.max(this.nowCycles, task.dueCycles);
    this.#runHost(task);
    return true;
  }

  /** Takes a posted task back. */
  cancel(task: Task): void {
    if (!this.#host.remove(task)) this.#guest.remove(task);
    this.#hostDueCycles = this.#host.dueCycles;
  }

  /**
   * Installs the order of a recording, or with undefined returns to time. While it is installed,
   * hand-overs that it covers happen at its points only; see `runSchedule`.
   */
  follow(schedule: Schedule | undefined): void {
    this.#schedule = schedule;
  }

  /** One guest access is over: time passes, and what is due happens. Parameters as CountsAccess. */
  guestAccess(kind: number, where: number, offset: number): void {
    if (!this.clock.timed) this.clock.nowCycles += 1;
    this.accessCount++;
    if (this.#schedule !== undefined) this.countAccess(kind, where, offset);
    else if (this.nowCycles >= this.#hostDueCycles || this.#vcpu.deliverable) this.attend();
  }

  /** `cpu_relax`: the vCPU spins; where time is counted, until somebody else has something to do. */
  relax(): void {
    const { clock } = this;
    if (!clock.timed || clock.nested || this.#hostDueCycles === Infinity) return;
    if (this.#hostDueCycles > this.nowCycles) clock.spend(this.#hostDueCycles - this.nowCycles);
    this.attend();
  }

  /** What takes no time of its own and only a schedule counts: an EOI, a VM exit, a VM entry. */
  countAccess(kind: number, where: number, offset: number): void {
    if (this.#schedule === undefined) return;
    this.#schedule.pass(kind, where, offset);
    this.attend();
  }

  /** As `countAccess`, but nothing happens yet: something else comes first. */
  countOnly(kind: number, where: number, offset: number): void {
    this.#schedule?.pass(kind, where, offset);
  }

  /** The vCPU takes the interrupt that an entry into the guest delivers. */
  takeDelivered(): void {
    this.#takeInterrupt();
  }

  /** Uses the next point of the schedule now, whatever its count; false when none is left. */
  forcePoint(): boolean {
    const schedule = this.#schedule;
    if (schedule?.next === undefined) return false;
    if (this.#usePoint(schedule, schedule.next)) schedule.forcedCount++;
    else schedule.miss();
    return true;
  }

  /** The application has handed a datagram over: a point of the schedule may count it. */
  passSend(): void {
    if (this.#schedule === undefined) return;
    this.#schedule.sendCount++;
    this.attend();
  }

  /** Between two guest accesses, where an interrupt begins: points of the schedule may come here. */
  passPoint(): void {
    if (this.#schedule !== undefined) this.attend();
  }

  /** Lets everything happen that is due at this moment; the vCPU takes interrupts if it may. */
  attend(): void {
    for (let i = 0; i < EVENT_LIMIT; i++) {
      if (this.#schedule !== undefined) {
        if (this.host.delivering) {
          this.#takeInterrupt();
          continue;
        }
        if (this.#followOne(this.#schedule, false)) continue;
        if (this.#runFree(this.#schedule)) continue;
        if (this.#schedule?.interruptsAtPoints !== false) return;
      } else if (this.#host.dueCycles <= this.nowCycles) {
        this.#runFirst();
        continue;
      }
      if (this.#vcpu.deliverable) this.#takeInterrupt();
      else if (!this.host.resume()) return;
    }
    assert(false, `more than ${EVENT_LIMIT} hand-overs at cycle ${this.nowCycles}`);
  }

  /**
   * Runs until nothing is left to do but background work, or with all work until `untilCycles`.
   * @throws InvariantError when a limit is reached (a livelock), with the moment and the count.
   */
  run(untilCycles = Infinity): void {
    for (let i = 0; i < EVENT_LIMIT; i++) {
      this.attend();
      if (this.pollers.length > 0) this.#letPollersLook();
      // What came in as the vCPU halted may have ended the halt, or be something for who polls.
      if (this.#rest()) continue;
      if (!this.#advance(untilCycles)) return;
    }
    assert(false, `more than ${EVENT_LIMIT} events without coming to rest`);
  }

  /**
   * Uses all points of the installed schedule; the guest goes on as far as they let it. Hand-overs
   * without a point stay where they are.
   */
  runSchedule(): void {
    const schedule = this.#schedule;
    for (let i = 0; schedule !== undefined && i < EVENT_LIMIT; i++) {
      this.attend();
      // What ended the halt may be over by now: the guest halts again before a point is forced.
      if (this.#rest()) continue;
      if (this.#followOne(schedule, true)) continue;
      if (this.#guest.foregroundCount > 0) this.#runGuest();
      else if (schedule.next === undefined) return;
      else if (!this.#usePoint(schedule, schedule.next)) schedule.miss();
      else schedule.forcedCount++;
    }
  }

  /** The guest has nothing to do now: its vCPU halts, unless it is about to go on. */
  #rest(): boolean {
    if (this.guestRunning || this.guestWorkDue) return false;
    const halts = this.host.guestIdle();
    this.attend();
    return halts;
  }

  /** The vCPU is idle: whatever comes next. False when nothing does before `untilCycles`. */
  #advance(untilCycles: number): boolean {
    const hostDue = this.#host.dueCycles;
    const guestDue = this.#guest.dueCycles;
    const interruptDue = this.#vcpu.deliverableFromCycles;
    const due = Math.min(hostDue, guestDue, interruptDue);
    if (due === Infinity || due > untilCycles) return false;
    if (untilCycles === Infinity && this.resting) return false;
    if (interruptDue <= hostDue && interruptDue <= guestDue) {
      this.nowCycles = Math.max(this.nowCycles, interruptDue);
    } else if (hostDue <= guestDue) {
      this.nowCycles = Math.max(this.nowCycles, hostDue);
      this.#runFirst();
    } else this.#runGuest();
    return true;
  }

  /** Runs the earliest task of the host, or puts it off until its CPU is free. */
  #runFirst(): void {
    const task = this.#host.pop() as Task;
    const { clock } = this;
    if (clock.timed) {
      const resource = this.#resourceOf(task);
      const free = clock.freeAtCycles[resource] as number;
      if (RESOURCE_IS_CPU[resource] === true && free > task.dueCycles && free > this.nowCycles) {
        this.#host.push(task, free);
        this.#hostDueCycles = this.#host.dueCycles;
        return;
      }
    }
    this.#runHost(task);
  }

  /** Runs a host task that the schedule leaves to time. */
  #runFree(schedule: Schedule): boolean {
    const task = this.#host.findFree(schedule, this.nowCycles);
    if (task === undefined) return false;
    this.#host.remove(task);
    this.#runHost(task);
    return true;
  }

  /** Does what the next point says if its moment has come. */
  #followOne(schedule: Schedule, idle: boolean): boolean {
    const point = schedule.next;
    if (point === undefined || schedule.accessCount < point.afterAccesses) return false;
    if (point.whenIdle === true && !idle) return false;
    if (point.whenInterruptible === true && !this.#vcpu.interruptsEnabled) return false;
    if (!idle && schedule.accessCount === point.afterAccesses) {
      const waits = schedule.sendCount < (point.afterSends ?? 0);
      if (waits && schedule.holdsSends()) return false;
    }
    return this.#usePoint(schedule, point);
  }

  #usePoint(schedule: Schedule, point: SchedulePoint): boolean {
    if (point.handOver === HAND_OVER.interruptTaken) {
      if (!this.#vcpu.deliverable) return false;
      schedule.take();
      this.#takeInterrupt();
      return true;
    }
    const task = this.#host.find(point.handOver, point.stream);
    if (task === undefined) {
      if (point.optional === true) schedule.skip();
      return point.optional === true;
    }
    schedule.take();
    this.#host.remove(task);
    this.nowCycles = Math.max(this.nowCycles, task.dueCycles);
    this.#runHost(task);
    return true;
  }

  #takeInterrupt(): void {
    const before = this.guestRunning;
    if (++this.#stormCount > STORM_LIMIT)
      this.#complain("interrupts were taken without other work");
    const vector = this.host.interruptBegins();
    this.guestRunning = true;
    this.#vcpu.takeInterrupt(vector);
    this.guestRunning = before;
  }

  #runHost(task: Task): void {
    this.#countTask();
    this.#hostDueCycles = this.#host.dueCycles;
    const { clock } = this;
    if (clock.timed) {
      clock.begin(this.#resourceOf(task), task.dueCycles);
      this.#enter(task, true);
      clock.end();
    } else this.#enter(task, true);
    if (this.pollers.length > 0) this.#letPollersLook();
    this.#hostDueCycles = this.#host.dueCycles;
  }

  #resourceOf(task: Task): ResourceCode {
    return this.clock.oneCpu ? RESOURCES.vcpu.code : this.host.resourceOf(task);
  }

  #letPollersLook(): void {
    for (let i = 0; i < this.pollers.length; i++) (this.pollers[i] as Poller).look();
  }

  #countTask(): void {
    this.#stormCount = 0;
    if (this.#lastTaskCycles !== this.nowCycles) this.#standstillCount = 0;
    this.#lastTaskCycles = this.nowCycles;
    if (++this.#standstillCount > STANDSTILL_LIMIT) this.#complain("tasks ran at one moment");
  }

  #complain(what: string): never {
    throw new InvariantError(
      `more than 1,000,000 ${what}, cycle ${this.nowCycles}: the machine does not come to rest`,
    );
  }

  #runGuest(): void {
    const task = this.#guest.pop() as Task;
    this.nowCycles = Math.max(this.nowCycles, task.dueCycles);
    this.#countTask();
    if (this.host.guestTimerDue(task.packet)) this.attend();
    this.guestRunning = true;
    this.#enter(task, false);
    this.guestRunning = false;
  }
}

/** A moment in parts of a cycle that add up exactly, as charges do. */
function exact(cycles: number): number {
  return Math.round(cycles * 256) / 256;
}
