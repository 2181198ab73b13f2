import { PEER_MAC } from "../packets/packet-generator.ts";
import { RESOURCES } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Nic } from "../devices/nic.ts";
import type { Machine } from "../machine.ts";

/** Frames that went back before the peer forgets them, so that its memory stays bounded. */
const CUT_OFF_COUNT = 1024;

/** The guest's application sends frames one after another, `gapCycles` apart, at least one cycle. */
export class SendSequence extends Task {
  readonly #machine: Machine;
  readonly #nic: Nic;
  readonly #frames: readonly Uint8Array[];
  readonly #gapCycles: number;
  readonly #count: number;
  #next = 0;
  /** Hears of each packet that sets out. */
  onStart: ((packet: number) => void) | undefined;
  /** Hears how many packets are on their way. */
  onPacket: ((count: number) => void) | undefined;
  readonly #sendOne = (): void => {
    const frame = this.#frames[this.#next % this.#frames.length] as Uint8Array;
    this.onStart?.(this.#next);
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
    this.#gapCycles = Math.max(1, gapCycles);
  }

  override run(): void {
    this.#machine.kernel.runProcess(this.#sendOne);
    this.#next++;
    this.onPacket?.(this.#next);
    // What wakes the guest up for the next packet is that packet's.
    this.packet = this.#next;
    if (this.#next < this.#count) this.#machine.scheduler.postGuest(this, this.#gapCycles);
  }
}

/** Frames arrive from the wire one after another, `gapCycles` apart, at least one cycle. */
export class ArrivalSequence extends Task {
  readonly #machine: Machine;
  readonly #nic: Nic;
  readonly #frames: readonly Uint8Array[];
  readonly #gapCycles: number;
  readonly #count: number;
  #next = 0;
  /** Hears of each packet that sets out. */
  onStart: ((packet: number) => void) | undefined;
  /** Hears how many packets are on their way. */
  onPacket: ((count: number) => void) | undefined;

  /** @param count Number of packets; frames are used again from the first when they run out. */
  constructor(
    machine: Machine,
    nic: Nic,
    frames: readonly Uint8Array[],
    count: number,
    gapCycles: number,
  ) {
    super(HAND_OVER.frameArrival);
    this.resource = RESOURCES.wireIn.code;
    this.#machine = machine;
    this.#nic = nic;
    this.#frames = frames;
    this.#count = count;
    this.#gapCycles = Math.max(1, gapCycles);
  }

  override run(): void {
    const number = this.#next++;
    this.packet = number;
    this.onStart?.(number);
    this.#nic.wire.arrive(this.#frames[number % this.#frames.length] as Uint8Array, number);
    this.onPacket?.(this.#next);
    if (this.#next < this.#count) this.#machine.scheduler.post(this, this.#gapCycles);
  }
}

interface Echo {
  readonly frame: Uint8Array;
  readonly packet: number;
  readonly dueCycles: number;
}

/** The peer answers each frame that leaves the guest with the same frame, `delayCycles` after it left. */
export class EchoPeer extends Task {
  readonly #machine: Machine;
  readonly #nic: Nic;
  readonly #delayCycles: number;
  readonly #waiting: Echo[] = [];
  /** Position of the first that waits; what lies before it is cut off now and then. */
  #first = 0;

  constructor(machine: Machine, nic: Nic, delayCycles: number) {
    super(HAND_OVER.frameArrival);
    this.resource = RESOURCES.wireIn.code;
    this.#machine = machine;
    this.#nic = nic;
    this.#delayCycles = delayCycles;
  }

  /** Takes a frame from the wire: it comes back to the guest's own address from whom it went to. */
  take(frame: Uint8Array, packet: number): void {
    const back = frame.slice();
    back.set(this.#machine.identity.mac, 0);
    const group = ((frame[0] as number) & 1) !== 0;
    back.set(group ? PEER_MAC : frame.subarray(0, 6), 6);
    const { clock, nowCycles } = this.#machine;
    // The last bit has left when the wire is done with it.
    const dueCycles = Math.max(nowCycles, clock.lastEndCycles) + this.#delayCycles;
    this.#waiting.push({ frame: back, packet, dueCycles });
    if (!this.queued) this.#machine.post(this, dueCycles - nowCycles);
  }

  override run(): void {
    const machine = this.#machine;
    const { frame, packet } = this.#waiting[this.#first++] as Echo;
    this.#nic.wire.arrive(frame, packet);
    const next = this.#waiting[this.#first];
    if (next !== undefined && !this.queued) {
      machine.post(this, Math.max(1, next.dueCycles - machine.nowCycles));
    }
    if (this.#first < CUT_OFF_COUNT) return;
    this.#waiting.splice(0, this.#first);
    this.#first = 0;
  }
}
