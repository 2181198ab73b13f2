import { Schedule, type SchedulePoint } from "../../core/schedule.ts";
import { HAND_OVER, HOST_THREAD, Task } from "../../core/task.ts";
import { EXIT_REASON } from "../../cpu/exit-reason.ts";
import { kvmOf, type Kvm } from "../../crossings/kvm.ts";
import type { Nic } from "../../devices/nic.ts";
import { FrameArrival } from "../../host/wire.ts";
import type { Machine } from "../../machine.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import type { Trace } from "../../trace/store.ts";
import { OTHER_EXIT, RECORDING_END } from "./engine-tokens.ts";
import { controlDatagram, isPing, replyTo } from "./frames.ts";
import { TIMER_VECTOR } from "./exits.ts";
import type { RecordedNic } from "./nics.ts";
import type { RecordedMachine } from "./machine.ts";
import type { KvmPoint, PointKind } from "./plan.ts";
import type { PhasePackets } from "./packets.ts";

/** Streams of hand-overs that a replay itself makes. */
const STREAM = {
  timer: 200,
  timerAndSend: 201,
  otherExit: 202,
  end: 203,
  emptyInterrupt: 206,
  masked: 204,
  unmasked: 205,
} as const;
/** Streams of the threads behind the NIC: transmit queue 1, the bottom half, the TAP device. */
const THREAD_STREAM = { bottomHalf: 1, transmit: 17, tap: 48 } as const;

/** Before the first point of a recording: a timer wakes the guest's application. */
const START: SchedulePoint = {
  handOver: HAND_OVER.hostStep,
  stream: STREAM.timer,
  afterAccesses: 0,
};
/** What the schedule's count is when the recording begins. */
const START_COUNT = 1;

/** What one phase left in the engine. */
export interface KvmPhaseRun {
  readonly trace: Trace;
  readonly taken: number;
  readonly early: number;
  readonly missed: number;
}

/** A task that does one thing at each of its points, and waits for the next. */
class PointTask extends Task {
  readonly #machine: Machine;
  readonly #work: () => void;

  constructor(machine: Machine, stream: number, work: () => void) {
    super(HAND_OVER.hostStep, stream);
    this.thread = HOST_THREAD.vcpu;
    this.#machine = machine;
    this.#work = work;
  }

  override run(): void {
    this.#machine.post(this, 0);
    this.#work();
  }
}

/** Frames on their way to the guest: one arrives at each point. */
class Arrivals extends Task {
  readonly #machine: Machine;
  readonly #arrive: (frame: Uint8Array) => void;
  /** Frames that are next, before those of the phase: replies. */
  readonly #replies: Uint8Array[] = [];
  #frames: readonly Uint8Array[] = [];
  #next = 0;

  constructor(machine: Machine, arrive: (frame: Uint8Array) => void) {
    super(HAND_OVER.frameArrival);
    this.#machine = machine;
    this.#arrive = arrive;
  }

  /** Begins with a phase's frames. */
  begin(frames: readonly Uint8Array[]): void {
    this.#frames = frames;
    this.#next = 0;
    this.#replies.length = 0;
  }

  reply(frame: Uint8Array): void {
    this.#replies.push(frame);
  }

  override run(): void {
    this.#machine.post(this, 0);
    const frame = this.#replies.shift() ?? this.#frames[this.#next++];
    if (frame !== undefined) this.#arrive(frame);
  }
}

/** What the guest's application does when its sleep is over. */
class GuestWork extends Task {
  readonly #work: () => void;

  constructor(work: () => void) {
    super(HAND_OVER.hostStep);
    this.thread = HOST_THREAD.vcpu;
    this.#work = work;
  }

  override run(): void {
    this.#work();
  }
}

/** The highest vector of an interrupt taken that is no timer's: a VF's, not its PF's; 0 for none. */
function deviceVector(trace: Trace): number {
  let highest = 0;
  for (let row = 0; row < trace.length; row++) {
    const vector = trace.a[row] as number;
    if (trace.kind[row] !== KIND.interruptTaken || vector === TIMER_VECTOR) continue;
    highest = Math.max(highest, vector);
  }
  return highest;
}

/** Runs the phases of a recording on one machine, one after the other. */
export class KvmReplay {
  readonly #machine: Machine;
  readonly #nic: Nic;
  readonly #kvm: Kvm;
  readonly #bottomHalf: boolean;
  readonly #passedThrough: boolean;
  readonly #points: readonly Task[];
  readonly #arrivals: Arrivals;
  readonly #endName: number;
  #packets: PhasePackets | undefined;
  #maskedDepth = 0;
  /** Recorded vectors of the messages without work that are to come. */
  readonly #emptyInterrupts: number[] = [];
  /** Whether the exits that are to come and left out are answered on KVM's fast path. */
  #otherExits: boolean[] = [];
  /** By how much the engine's vectors are higher: its one kernel has the PF's as well. */
  vectorShift = 0;
  #sent = 0;
  #packet = 0;

  /** @param bottomHalf The doorbell is answered by a bottom half of QEMU's, not by an ioeventfd. */
  constructor(target: RecordedMachine, bottomHalf: boolean, nic: RecordedNic) {
    const { machine } = target;
    this.#machine = machine;
    this.#nic = target.nic;
    this.#kvm = kvmOf(machine);
    this.#bottomHalf = bottomHalf;
    this.#passedThrough = nic.passedThrough;
    this.#endName = machine.trace.id(RECORDING_END);
    const kvm = this.#kvm;
    const { wire } = target.nic;
    this.#arrivals = new Arrivals(machine, (frame) => wire.arrive(frame, this.#packet++));
    this.#points = [
      this.#arrivals,
      new PointTask(machine, STREAM.timer, () => kvm.timerExpired()),
      new PointTask(machine, STREAM.timerAndSend, () => this.#wakeSender()),
      new PointTask(machine, STREAM.otherExit, () => this.#otherExit()),
      new PointTask(machine, STREAM.end, () => this.#end()),
      new PointTask(machine, STREAM.emptyInterrupt, () => this.#sendEmptyInterrupt()),
      new PointTask(machine, STREAM.masked, () => this.#mask()),
      new PointTask(machine, STREAM.unmasked, () => this.#unmask()),
    ];
    this.#answerPings();
    this.#warmUp(nic.transmitVector);
  }

  /** The recorder's two sides talk before the first phase: Linux moves interrupts at their first. */
  #warmUp(transmitVector: number): void {
    const machine = this.#machine;
    const sent = this.runBurst({ sent: [controlDatagram()], arriving: [] });
    this.vectorShift = Math.max(0, deviceVector(sent) - transmitVector);
    this.runBurst({ sent: [], arriving: [controlDatagram()] });
    machine.trace.clear();
  }

  /** Runs one phase at the moments of its recording. The next phase goes on from there. */
  run(points: readonly KvmPoint[], packets: PhasePackets): KvmPhaseRun {
    const machine = this.#machine;
    this.#begin(packets);
    let started = false;
    const schedule = new Schedule(
      [START, ...points.flatMap((point) => this.#schedulePoints(point))],
      (kind) => started && (kind === KIND.vmExit || kind === KIND.vmEntry || this.#isFlagEoi(kind)),
      () => true,
      false,
    );
    // The recording begins when the application has marked the phase: the guest runs.
    const start = new GuestWork(() => {
      this.#otherExit();
      this.#otherExits = points
        .filter((point) => point.kind === "otherExit" || point.kind === "end")
        .map((point) => point.fast === true);
      machine.trace.clear();
      started = true;
      schedule.accessCount = START_COUNT;
      machine.scheduler.passPoint();
    });
    machine.postGuest(start, 0);
    machine.scheduler.follow(schedule);
    for (const task of this.#points) {
      if (schedule.covers(task.handOver, task.stream)) machine.post(task, 0);
    }
    machine.scheduler.runSchedule();
    machine.scheduler.follow(undefined);
    while (this.#maskedDepth > 0) this.#unmask();
    for (const task of this.#points) machine.scheduler.cancel(task);
    const trace = machine.trace.finish();
    this.#rest();
    return {
      trace,
      taken: schedule.takenCount,
      early: schedule.forcedCount,
      missed: schedule.missedCount,
    };
  }

  /**
   * Runs a burst by the engine's own timing: its races are not the recorded ones, only its rules
   * are compared.
   */
  runBurst({ sent, arriving }: PhasePackets): Trace {
    const machine = this.#machine;
    const { wire, netDevice } = this.#nic;
    this.#rest();
    machine.trace.clear();
    if (sent.length > 0) {
      const sendAll = (): void => {
        for (const frame of sent) {
          machine.kernel.runProcess(() => netDevice.send(frame, this.#packet++));
        }
      };
      machine.postGuest(new GuestWork(sendAll), 0);
    } else {
      arriving.forEach((frame, at) => {
        machine.post(new FrameArrival(wire, frame, this.#packet++), at);
      });
    }
    machine.run();
    return machine.trace.finish();
  }

  #begin(packets: PhasePackets): void {
    this.#rest();
    this.#packets = packets;
    this.#arrivals.begin(packets.arriving);
    this.#emptyInterrupts.length = 0;
    this.#sent = 0;
  }

  #rest(): void {
    this.#machine.run();
  }

  #isFlagEoi(kind: number): boolean {
    return kind === KIND.lapicEoi && this.#kvm.lastEoiByFlag;
  }

  #schedulePoints({ kind, after, vector, interruptible }: KvmPoint): SchedulePoint[] {
    const at = {
      afterAccesses: after + START_COUNT,
      whenInterruptible: interruptible === true,
    };
    switch (kind) {
      case "arrival":
        return [{ handOver: HAND_OVER.frameArrival, stream: -1, ...at }];
      case "moderation":
        this.#emptyInterrupts.push(vector);
        return [
          { handOver: HAND_OVER.deviceTimer, stream: -1, optional: true, ...at },
          { handOver: HAND_OVER.hostStep, stream: STREAM.emptyInterrupt, ...at },
        ];
      default:
        return [{ handOver: HAND_OVER.hostStep, stream: this.#streamOf(kind), ...at }];
    }
  }

  #streamOf(kind: Exclude<PointKind, "arrival" | "moderation">): number {
    if (kind === "receiveStep") return THREAD_STREAM.tap;
    if (kind !== "transmitStep") return STREAM[kind];
    return this.#bottomHalf ? THREAD_STREAM.bottomHalf : THREAD_STREAM.transmit;
  }

  /** QEMU's 82576 repeats a vector's message when its moderation timer expires: hw/net/igb_core.c. */
  #sendEmptyInterrupt(): void {
    const recorded = this.#emptyInterrupts.shift();
    if (recorded === undefined) return;
    const machine = this.#machine;
    const vector = recorded + this.vectorShift;
    machine.vcpu.apic.request(vector);
    machine.interruptCrossing.raised(vector, false);
  }

  /** The application's sleep is over: it sends the next packet of the phase. */
  #wakeSender(): void {
    const frames = this.#packets?.sent ?? [];
    const frame = frames[this.#sent % frames.length];
    const machine = this.#machine;
    if (frame !== undefined) {
      this.#sent++;
      const packet = this.#packet++;
      const send = (): void => {
        machine.kernel.runProcess(() => this.#nic.netDevice.send(frame, packet));
      };
      machine.postGuest(new GuestWork(send), 0);
    }
    this.#kvm.timerExpired();
  }

  #mask(): void {
    this.#machine.vcpu.disableInterrupts();
    this.#maskedDepth++;
  }

  #unmask(): void {
    if (this.#maskedDepth === 0) return;
    this.#maskedDepth--;
    this.#machine.vcpu.enableInterrupts();
  }

  /** An exit that is left out; a guest that has gone another way than recorded cannot leave. */
  #otherExit(): void {
    const fast = this.#otherExits.shift() === true;
    if (this.#kvm.guestRuns) this.#kvm.otherExit(OTHER_EXIT, EXIT_REASON.wrmsr, fast);
  }

  #end(): void {
    this.#otherExit();
    this.#machine.note(KIND.mark, ACTORS.guestDriver.code, this.#endName, 0, 0);
  }

  /** Both kernels answer an echo request where they are: the sender's softirq, the driver's poll. */
  #answerPings(): void {
    const { wire, netDevice } = this.#nic;
    const machine = this.#machine;
    const { bytes } = machine.memory;
    const slice = (address: number, count: number): Uint8Array =>
      bytes.slice(address, address + count);
    wire.onTransmit = (address, byteCount) => {
      const frame = slice(address, byteCount);
      if (!isPing(frame)) return;
      const reply = replyTo(frame);
      if (this.#passedThrough) this.#arrivals.reply(reply);
      else wire.arrive(reply, this.#packet++);
    };
    netDevice.onReceive = (address, byteCount) => {
      const frame = slice(address, byteCount);
      if (isPing(frame)) netDevice.send(replyTo(frame), this.#packet++);
    };
  }
}
