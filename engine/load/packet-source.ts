import { RESOURCES } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Poller } from "../core/poller.ts";
import type { Nic } from "../devices/nic.ts";
import type { Machine } from "../machine.ts";
import type { Pacer } from "./pacer.ts";

/** What a source needs to know. */
export interface SourceOptions {
  readonly machine: Machine;
  readonly nic: Nic;
  readonly frames: readonly Uint8Array[];
  readonly pacer: Pacer;
  /** Packets in all. */
  readonly count: number;
  /** A packet sets out now, that was due then. */
  readonly onStart: (packet: number, dueCycles: number) => void;
}

/** Sends a scenario's packets, each when its pacer says that it is due. */
export abstract class PacketSource extends Task {
  protected readonly options: SourceOptions;
  protected next = 0;

  constructor(options: SourceOptions, handOver: Task["handOver"]) {
    super(handOver);
    this.options = options;
  }

  /** Posts the next packet, if it is known when it is due; the first time this begins the load. */
  abstract plan(): void;

  /** All packets have come to their ends. */
  retire(): void {}

  /** When the next packet is due, in cycles; undefined when there is none or nobody knows. */
  protected get nextDueCycles(): number | undefined {
    return this.next < this.options.count ? this.options.pacer.peek() : undefined;
  }

  /** The next packet's frame; it sets out. */
  protected take(): Uint8Array {
    const { frames, onStart, pacer } = this.options;
    const number = this.next++;
    this.packet = number;
    const due = pacer.peek() as number;
    pacer.take();
    onStart(number, due);
    return frames[number % frames.length] as Uint8Array;
  }
}

/** Frames arrive from the wire, as fast as that is at most. */
export class WireSource extends PacketSource {
  constructor(options: SourceOptions) {
    super(options, HAND_OVER.frameArrival);
    this.resource = RESOURCES.wireIn.code;
  }

  plan(): void {
    const due = this.nextDueCycles;
    if (due === undefined || this.queued) return;
    const { machine } = this.options;
    const free = machine.clock.freeAtCycles[RESOURCES.wireIn.code] as number;
    this.packet = this.next;
    machine.scheduler.post(this, Math.max(due, free) - machine.nowCycles);
  }

  override run(): void {
    const frame = this.take();
    this.options.nic.wire.arrive(frame, this.packet);
    this.plan();
  }
}

/**
 * The guest's application sends through its kernel's stack; when it is late, packets follow each
 * other. It sleeps while its socket's buffer is full.
 */
export class SocketSource extends PacketSource {
  readonly #send = (): void => this.options.nic.netDevice.send(this.take(), this.packet);
  readonly #wake = (): void => this.plan();
  #asleep = false;

  constructor(options: SourceOptions) {
    super(options, HAND_OVER.hostStep);
  }

  plan(): void {
    const due = this.nextDueCycles;
    if (due === undefined || this.queued) return;
    this.#asleep = false;
    const { machine } = this.options;
    // What wakes the guest up for the next packet is that packet's.
    this.packet = this.next;
    machine.scheduler.postGuest(this, due - machine.nowCycles);
  }

  override run(): void {
    const { machine, nic } = this.options;
    const { sendBuffer } = nic.netDevice.skbs;
    if (sendBuffer.writable) {
      machine.kernel.runProcess(this.#send);
      this.plan();
    } else if (!this.#asleep) {
      this.#asleep = true;
      sendBuffer.sleep(this.#wake);
    }
  }
}

/** Packets of one burst of a polling application. */
const BURST = 32;

/**
 * An application that polls makes packets of what is due, a burst at a time; the next when those
 * are sent.
 */
export class BurstSource extends PacketSource implements Poller {
  readonly core = RESOURCES.vcpu.code;
  #listens = false;

  constructor(options: SourceOptions) {
    super(options, HAND_OVER.hostStep);
  }

  plan(): void {
    const { scheduler } = this.options.machine;
    if (!this.#listens) scheduler.pollers.push(this);
    this.#listens = true;
    this.look();
  }

  override retire(): void {
    const { pollers } = this.options.machine.scheduler;
    pollers.splice(pollers.indexOf(this), 1);
  }

  look(): void {
    const due = this.nextDueCycles;
    if (due === undefined || this.queued) return;
    const { machine, nic } = this.options;
    if (nic.netDevice.waitingCount > 0) return;
    machine.scheduler.postGuest(this, due - machine.nowCycles);
  }

  override run(): void {
    const { machine, nic } = this.options;
    for (let sent = 0; sent < BURST; sent++) {
      const due = this.nextDueCycles;
      // Moments are rounded to parts of a cycle when they are posted.
      if (due === undefined || due > machine.nowCycles + 1) break;
      const frame = this.take();
      nic.netDevice.send(frame, this.packet);
    }
    this.packet = this.next;
  }
}
