import { Schedule } from "../core/schedule.ts";
import { HAND_OVER } from "../core/task.ts";
import { FrameArrival } from "../host/wire.ts";
import { KIND } from "../trace/schema.ts";
import type { Trace } from "../trace/store.ts";
import type { AddressSpace } from "./address-kind.ts";
import type { PhaseName } from "./folder.ts";
import type { RingBlock } from "./manifest.ts";
import type { Action, PhasePlan } from "./plan.ts";
import type { PhasePackets } from "./scenario.ts";
import type { VerifiedNic } from "./verified-nic.ts";
import type { Visibility } from "./visibility.ts";
import type { EngineWire } from "./wire-match.ts";

/** Time between the recorder's packets, 20 ms, in microseconds: only order follows from it. */
const PACKET_GAP_US = 20_000;

/** Frames that a sender may be ahead of its device; pfifo_fast drops from 1,000 on. */
const WAITING_MAX = 500;

/** What one phase left in the engine. */
export interface PhaseRun {
  readonly trace: Trace;
  readonly wire: EngineWire;
  /** Points used, used before their count, and never used. */
  readonly points: { readonly taken: number; readonly early: number; readonly missed: number };
}

/** Runs the phases of a recording on one machine, one after the other. */
export class Replay {
  readonly #target: VerifiedNic;
  #transmitted: Uint8Array[] = [];
  #delivered: Uint8Array[] = [];
  #packet = 0;

  constructor(target: VerifiedNic) {
    this.#target = target;
    const { machine, nic } = target;
    const bytes = machine.memory.bytes;
    const keep = (list: () => Uint8Array[]) => (address: number, byteCount: number) => {
      list().push(bytes.slice(address, address + byteCount));
    };
    nic.wire.onTransmit = keep(() => this.#transmitted);
    nic.netDevice.onReceive = keep(() => this.#delivered);
  }

  /**
   * The guest's memory as far as values of rows point into it: the recorder's blocks, and no more
   * of each than the recorder knew of (of vmxnet3's data ring, the first 16 entries).
   */
  addressSpace(recorded: readonly RingBlock[]): AddressSpace {
    const { machine } = this.#target;
    const blocks: { name: string; base: number; byteCount: number }[] = [];
    for (const { name, byteCount } of recorded) {
      const block = machine.blocks.get(name);
      if (block === undefined) continue;
      blocks.push({ name, base: block.base, byteCount: Math.min(byteCount, block.byteCount) });
    }
    return { memoryBytes: machine.memory.guestBytes, blocks };
  }

  /** Runs one phase and returns what it left. The next phase goes on from there. */
  run(name: PhaseName, plan: PhasePlan, packets: PhasePackets, visibility: Visibility): PhaseRun {
    const { machine, readStatistics } = this.#target;
    if (name === "teardown" && readStatistics) machine.kernel.runProcess(readStatistics);
    machine.trace.clear();
    this.#transmitted = [];
    this.#delivered = [];
    this.#postArrivals(packets);
    const points = { taken: 0, early: 0, missed: 0 };
    if (name === "init") this.#probe();
    for (const { action, points: list } of plan.stretches) {
      const schedule = new Schedule(
        list,
        (kind, where, offset) => visibility.showsAccess(kind, machine.trace.name(where), offset),
        () => !this.#target.nic.netDevice.accepting,
      );
      machine.scheduler.follow(visibility.interruptsTaken ? schedule : undefined);
      machine.scheduler.passPoint();
      if (!visibility.interruptsTaken && !(action?.kind === "watchdog" && !action.rested)) {
        machine.run();
      }
      if (action !== undefined) this.#act(action, packets);
      if (visibility.interruptsTaken) machine.scheduler.runSchedule();
      points.taken += schedule.takenCount;
      points.early += schedule.forcedCount;
      points.missed += schedule.missedCount;
    }
    machine.scheduler.follow(undefined);
    if (name === "teardown") this.#tearDown();
    machine.run();
    const trace = machine.trace.finish();
    const wire = {
      transmitted: this.#transmitted,
      delivered: this.#delivered,
      lostCount: count(trace, KIND.frameDropped),
      waitingCount: this.#target.waitingCount?.() ?? 0,
    };
    return { trace, wire, points };
  }

  /**
   * Runs packets that no recording shows, by default timing: first what is sent, then the rest.
   * @param merged Bit n: after arriving frame n the moderation timer expires before the vCPU takes
   *   the interrupt, so that both become one.
   */
  runFree(packets: PhasePackets, merged = 0): void {
    const { machine } = this.#target;
    const send = (first: number): Action => ({ kind: "send", first, count: 1 });
    for (let n = 0; n < packets.sent.length; n++) {
      this.#act(send(n), packets);
      machine.run();
    }
    this.#postArrivals(packets);
    for (let n = 0; n < packets.arriving.length && merged !== 0; n++) {
      const frame = { handOver: HAND_OVER.frameArrival, stream: 0, afterAccesses: 0 };
      const expiry = { handOver: HAND_OVER.deviceTimer, stream: -1, afterAccesses: 0 };
      const taken = { handOver: HAND_OVER.interruptTaken, stream: -1, afterAccesses: 0 };
      const early = ((merged >> n) & 1) === 1;
      const points = early
        ? [frame, expiry, taken]
        : [frame, taken, { ...expiry, whenIdle: true }, taken];
      machine.scheduler.follow(new Schedule(points));
      machine.scheduler.runSchedule();
    }
    machine.scheduler.follow(undefined);
    machine.run();
  }

  #postArrivals(packets: PhasePackets): void {
    const { machine, nic } = this.#target;
    for (const [at, frame] of packets.arriving.entries()) {
      const task = new FrameArrival(nic.wire, frame, this.#packet++);
      machine.post(task, machine.microseconds(PACKET_GAP_US) * (at + 1));
    }
  }

  #act(action: Action, packets: PhasePackets): void {
    const { machine, nic, atMark, watchdog } = this.#target;
    if (action.kind === "send") {
      for (let n = 0; n < action.count; n++) {
        const frame = packets.sent[action.first + n];
        if (frame === undefined) continue;
        const packet = this.#packet++;
        this.#letQueueDrain();
        machine.kernel.runProcess(() => nic.netDevice.send(frame, packet));
        machine.scheduler.passSend();
      }
    } else if (action.kind === "watchdog") {
      machine.kernel.runProcess(() => watchdog?.(action.owner));
    } else if (action.mark === "ifup") machine.kernel.runProcess(() => nic.driver.open());
    else {
      const step = atMark?.get(action.mark);
      if (step !== undefined) machine.kernel.runProcess(step);
    }
    if (action.kind === "mark") machine.run();
  }

  /** Nothing is lost in a recorded burst: the sender never got a whole queue ahead of its device. */
  #letQueueDrain(): void {
    const { machine, nic } = this.#target;
    while (nic.netDevice.waitingCount >= WAITING_MAX && machine.scheduler.forcePoint());
  }

  #probe(): void {
    const { machine, nic, probe } = this.#target;
    machine.kernel.runProcess(probe ?? (() => nic.driver.probe()));
    machine.run();
  }

  #tearDown(): void {
    const { machine, nic, tearDown } = this.#target;
    const standard = (): void => {
      nic.driver.stop();
      nic.driver.remove();
    };
    machine.kernel.runProcess(tearDown ?? standard);
  }
}

function count(trace: Trace, kind: number): number {
  let found = 0;
  for (let row = 0; row < trace.length; row++) if (trace.kind[row] === kind) found++;
  return found;
}
