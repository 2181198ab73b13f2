import type { KvmEvent } from "./event.ts";
import { TIMER_VECTOR, type RecordedExit } from "./exits.ts";

/** What an independent thread or clock does at a moment that the recording decides. */
export type PointKind =
  /** The guest's timer expires. */
  | "timer"
  /** The same, and the application that slept sends a packet. */
  | "timerAndSend"
  /** An exit that is left out happens: the guest's own business or the host's. */
  | "otherExit"
  /** The same, and the recording ends in it. */
  | "end"
  /** A frame reaches the host: the TAP device, or the VF. */
  | "arrival"
  /** QEMU's main loop or vhost's worker comes to what the doorbell asked for. */
  | "transmitStep"
  /** The same thread comes to the frames in the TAP device. */
  | "receiveStep"
  /** The NIC's moderation timer expires. */
  | "moderation"
  /** The guest runs with interrupts disabled from here on, where the engine's would not ... */
  | "masked"
  /** ... until here. */
  | "unmasked";

/** One moment: this happens after that many exits, entries and EOIs by flag. */
export interface KvmPoint {
  readonly kind: PointKind;
  /** Line of the recording that tells of it. */
  readonly line: number;
  readonly after: number;
  /** Vector of a moderation timer's message, else -1. */
  readonly vector: number;
  /** KVM answers the exit on its fast path: a deadline write on VT-x. */
  readonly fast?: boolean;
  /** The interrupt comes in at once: the guest has interrupts enabled then. */
  readonly interruptible?: boolean;
}

/** What the plan must know of the scenario. */
export interface PlanScenario {
  /** The phase's packets leave at the wake-ups of the application: `tx*`, `ping_out`. */
  readonly sends: boolean;
  /** Frames come from the generator: `rx*`, `ping_in`. */
  readonly receives: boolean;
  /** Vectors of the NIC's transmit and receive interrupts; the same where there is one. */
  readonly transmitVector: number;
  readonly receiveVector: number;
  /** Offset of the doorbell in the NIC's region, or -1: it does not exit. */
  readonly doorbell: number;
  /** Offset of the interrupt status whose bit 0 says that a frame arrived, or -1. */
  readonly interruptStatus: number;
  /** The device raises its interrupts itself, through the host's interrupt controller. */
  readonly passedThrough: boolean;
  /** Frames in the TAP device are recorded. */
  readonly showsArrivals: boolean;
}

/** The moments of a phase, in order. */
export function planPhase(
  events: readonly KvmEvent[],
  exits: ReadonlyMap<number, RecordedExit>,
  scenario: PlanScenario,
): KvmPoint[] {
  const planner = new Planner(exits, scenario);
  const first = events.findIndex((event) => event.ev === "entry");
  for (let at = first + 1; at < events.length; at++) planner.read(events[at] as KvmEvent, at);
  return planner.finish();
}

interface Place {
  readonly point: number;
  readonly after: number;
}

const HOST_INTERRUPTS: readonly string[] = ["interrupt", "EXTERNAL_INTERRUPT"];
const WINDOW_EXITS: readonly string[] = ["vintr", "INTERRUPT_WINDOW"];

class Planner {
  readonly #points: KvmPoint[] = [];
  readonly #exits: ReadonlyMap<number, RecordedExit>;
  readonly #scenario: PlanScenario;
  /** Exits, entries and EOIs by flag so far. */
  #count = 0;
  /** The line that is read. */
  #line = 0;
  /** The count before the latest exit. */
  #lastExit = -1;
  /** The exit in progress was produced by a timer's point, which has been given. */
  #timerGiven = false;
  #leftForInterrupt = false;
  /** The exit in progress is because of an interrupt of the host or the timer. */
  #hostInterrupt = false;
  /** The exit in progress has injected something: what comes now comes after the entry. */
  #injected = false;
  #timerWaits = false;
  /** Vectors requested since the last injection, with the place in the list before their points. */
  readonly #pending = new Map<number, Place>();
  /** The exit in progress is an interrupt window, and the place before it. */
  #throughWindow = false;
  #window: Place | undefined;
  /** Frames whose arrival is planned but not yet their interrupt. */
  #arrived = 0;
  /** Vectors whose moderation timer runs. */
  readonly #moderated = new Set<number>();

  constructor(exits: ReadonlyMap<number, RecordedExit>, scenario: PlanScenario) {
    this.#exits = exits;
    this.#scenario = scenario;
  }

  /** A phase ends in the exit for the recorder's mark; one that is cut off ends where it does. */
  finish(): KvmPoint[] {
    const last = this.#points.findLastIndex((point) => point.kind === "otherExit");
    const point = this.#points[last];
    const ends = point !== undefined && point.after === this.#lastExit;
    if (ends) this.#points[last] = { ...point, kind: "end" };
    return this.#points;
  }

  read(event: KvmEvent, at: number): void {
    this.#line = event.line;
    switch (event.ev) {
      case "exit":
        return this.#exit(this.#exits.get(at) as RecordedExit);
      case "entry":
        this.#count++;
        this.#injected = false;
        return;
      case "inject":
        this.#inject(event.vector);
        return;
      case "accept":
        if (!this.#timerGiven) this.#requested(event.vector);
        if (event.who === "vcpu" && event.vector === TIMER_VECTOR) this.#timer();
        return;
      case "message":
        this.#requested(event.vector, this.#count - (this.#leftForInterrupt ? 1 : 0));
        return this.#message(event.vector);
      case "line":
        if (event.who !== "qemu" || event.level === 0) return;
        this.#requested(this.#scenario.receiveVector);
        return this.#received();
      case "probe":
        if (event.name !== "tun_net_xmit" || event.who !== "generator") return;
        this.#arrived++;
        return this.#add("arrival");
      default:
    }
  }

  #requested(vector: number, after = this.#count): void {
    if (this.#pending.has(vector)) return;
    this.#pending.set(vector, { point: this.#points.length, after });
  }

  /** A vector that comes in through an interrupt window had to wait: the guest had masked it. */
  #inject(vector: number): void {
    this.#injected = true;
    const since = this.#pending.get(vector);
    const opened = this.#window;
    this.#pending.clear();
    if (this.#hostInterrupt) this.#markInterruptible();
    if (!this.#throughWindow || since === undefined || opened === undefined) return;
    const line = this.#line;
    this.#points.splice(opened.point, 0, {
      kind: "unmasked",
      line,
      after: opened.after,
      vector: -1,
    });
    this.#points.splice(since.point, 0, { kind: "masked", line, after: since.after, vector: -1 });
  }

  /** What the guest left for was injected at once: it comes when the guest lets it in. */
  #markInterruptible(): void {
    for (let at = this.#points.length - 1; at >= 0; at--) {
      const point = this.#points[at] as KvmPoint;
      if (point.after < this.#count - 1) return;
      if (point.after === this.#count - 1) this.#points[at] = { ...point, interruptible: true };
    }
  }

  /** A timer that expires after the injection is one that expires in the guest: at its next exit. */
  #timer(): void {
    if (this.#timerGiven) this.#timerGiven = false;
    else if (this.#injected) this.#timerWaits = true;
    else this.#add("timer");
  }

  /** The guest has ended an interrupt since its entry, before what it is now brought out for. */
  #passEoi(exit: RecordedExit): void {
    const brought = HOST_INTERRUPTS.includes(exit.event.reason);
    for (let at = this.#points.length - 1; brought && at >= 0; at--) {
      const point = this.#points[at] as KvmPoint;
      if (point.after !== this.#count) break;
      this.#points[at] = { ...point, after: this.#count + 1 };
    }
    this.#count++;
  }

  #exit(exit: RecordedExit): void {
    if (exit.findsEoi) this.#passEoi(exit);
    this.#throughWindow = WINDOW_EXITS.includes(exit.event.reason);
    this.#window = { point: this.#points.length, after: this.#count };
    const waited = this.#timerWaits;
    this.#timerWaits = false;
    if (exit.byTimer) this.#requested(TIMER_VECTOR);
    if (exit.byTimer || waited) this.#add("timer");
    else if (exit.leftOut !== "") {
      const [line, after] = [this.#line, this.#count];
      this.#points.push({ kind: "otherExit", line, after, vector: -1, fast: exit.fast });
    }
    this.#timerGiven = exit.byTimer && !waited;
    this.#hostInterrupt = [...HOST_INTERRUPTS, "PREEMPTION_TIMER"].includes(exit.event.reason);
    this.#leftForInterrupt =
      this.#scenario.passedThrough &&
      HOST_INTERRUPTS.includes(exit.event.reason) &&
      exit.leftOut === "";
    this.#lookForFrame(exit);
    this.#lastExit = this.#count;
    this.#count++;
    if (exit.offset === this.#scenario.doorbell && exit.write && exit.offset >= 0) this.#sent();
  }

  /** A status with the bit of a frame that nobody has announced: it arrived inside the exit before. */
  #lookForFrame(exit: RecordedExit): void {
    const { interruptStatus, receives, sends } = this.#scenario;
    if (exit.offset !== interruptStatus || exit.offset < 0) return;
    const seen = (exit.value & 1n) === 1n;
    if (exit.write) {
      if (seen) this.#arrived = 0;
    } else if (seen && this.#arrived === 0) {
      this.#arrived = 1;
      if (receives) this.#add("arrival", -1, this.#count - 1);
      if (receives || sends) this.#add("receiveStep", -1, this.#count - 1);
    }
  }

  #message(vector: number): void {
    const { passedThrough, transmitVector } = this.#scenario;
    if (passedThrough) return this.#deviceMessage(vector);
    if (vector === transmitVector) return this.#add("transmitStep");
    this.#received();
  }

  #received(): void {
    const { receives, showsArrivals } = this.#scenario;
    if (receives && !showsArrivals) this.#add("arrival");
    this.#arrived = Math.max(1, this.#arrived);
    this.#add("receiveStep");
  }

  /** The application's wake-up is the latest: it sent what the doorbell tells of. */
  #sent(): void {
    if (!this.#scenario.sends) return;
    const at = this.#points.findLastIndex((point) => point.kind.startsWith("timer"));
    const point = this.#points[at];
    if (point !== undefined) this.#points[at] = { ...point, kind: "timerAndSend" };
  }

  /**
   * QEMU's 82576 sends a second message when its moderation timer expires, with or without new
   * work: of a vector's messages every other one is the timer's.
   */
  #deviceMessage(vector: number): void {
    const { sends, receiveVector, transmitVector } = this.#scenario;
    // The first in an exit for a host interrupt is what the guest left for: it came before.
    const after = this.#count - (this.#leftForInterrupt ? 1 : 0);
    this.#leftForInterrupt = false;
    const byTimer = this.#moderated.has(vector);
    if (byTimer) {
      this.#moderated.delete(vector);
      return this.#add("moderation", vector, after);
    }
    this.#moderated.add(vector);
    if (vector === receiveVector) this.#add("arrival", -1, after);
    else if (sends && vector === transmitVector) this.#sent();
  }

  #add(kind: PointKind, vector = -1, after = this.#count): void {
    this.#points.push({ kind, line: this.#line, after, vector });
  }
}
