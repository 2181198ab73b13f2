import { HAND_OVER, Task } from "../core/task.ts";
import type { Nic } from "../devices/nic.ts";
import type { Machine } from "../machine.ts";

/** Which way packets go: out of the guest, into it, or out and back from the peer. */
export const DIRECTIONS = ["tx", "rx", "echo"] as const;
/** One of {@link DIRECTIONS}. */
export type Direction = (typeof DIRECTIONS)[number];

/** The guest's application sends frames one after another, `gapCycles` apart. */
export class SendSequence extends Task {
  readonly #machine: Machine;
  readonly #nic: Nic;
  readonly #frames: readonly Uint8Array[];
  readonly #gapCycles: number;
  readonly #count: number;
  #next = 0;
  readonly #sendOne = (): void => {
    const frame = this.#frames[this.#next % this.#frames.length] as Uint8Array;
    this.#nic.netDevice.send(frame, this.#next);
  };

  /** @param count Number of packets; frames are used again from the first when they run out. */
  constructor(
    machine: Machine,
    nic: Nic,
    frames: readonly Uint8Array[],
    count: number,
    gapCycles: number,
  ) {
    super(HAND_OVER.hostStep);
    this.#machine = machine;
    this.#nic = nic;
    this.#frames = frames;
    this.#count = count;
    this.#gapCycles = gapCycles;
  }

  override run(): void {
    this.#machine.kernel.runProcess(this.#sendOne);
    this.#next++;
    if (this.#next < this.#count) this.#machine.scheduler.postGuest(this, this.#gapCycles);
  }
}

/** Frames arrive from the wire one after another, `gapCycles` apart. */
export class ArrivalSequence extends Task {
  readonly #machine: Machine;
  readonly #nic: Nic;
  readonly #frames: readonly Uint8Array[];
  readonly #gapCycles: number;
  readonly #count: number;
  #next = 0;

  /** @param count Number of packets; frames are used again from the first when they run out. */
  constructor(
    machine: Machine,
    nic: Nic,
    frames: readonly Uint8Array[],
    count: number,
    gapCycles: number,
  ) {
    super(HAND_OVER.frameArrival);
    this.#machine = machine;
    this.#nic = nic;
    this.#frames = frames;
    this.#count = count;
    this.#gapCycles = gapCycles;
  }

  override run(): void {
    const number = this.#next++;
    this.packet = number;
    this.#nic.wire.arrive(this.#frames[number % this.#frames.length] as Uint8Array, number);
    if (this.#next < this.#count) this.#machine.scheduler.post(this, this.#gapCycles);
  }
}

/** The peer sends each frame that leaves the guest back to it, after `delayCycles`. */
export class EchoPeer extends Task {
  readonly #machine: Machine;
  readonly #nic: Nic;
  readonly #delayCycles: number;
  readonly #frames: Uint8Array[] = [];
  readonly #packets: number[] = [];

  constructor(machine: Machine, nic: Nic, delayCycles: number) {
    super(HAND_OVER.frameArrival);
    this.#machine = machine;
    this.#nic = nic;
    this.#delayCycles = delayCycles;
  }

  /** Takes a frame from the wire; it will come back with its addresses swapped. */
  take(frame: Uint8Array, packet: number): void {
    const back = frame.slice();
    back.set(frame.subarray(6, 12), 0);
    back.set(frame.subarray(0, 6), 6);
    this.#frames.push(back);
    this.#packets.push(packet);
    if (!this.queued) this.#machine.post(this, this.#delayCycles);
  }

  override run(): void {
    this.#nic.wire.arrive(this.#frames.shift() as Uint8Array, this.#packets.shift() as number);
    if (this.#frames.length > 0) this.#machine.post(this, this.#delayCycles);
  }
}
