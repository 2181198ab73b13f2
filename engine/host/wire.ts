import { assert } from "../core/assert.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";

/** What a device did with a frame that arrived. */
export const RECEIVED = {
  /** It is in guest memory, or on its way. */
  accepted: 0,
  /** The device dropped it (filter, no descriptor); a row says why. */
  dropped: 1,
  /** The device cannot take frames now: the host keeps it and offers it again. */
  later: 2,
} as const;
/** One of {@link RECEIVED}. */
export type Received = (typeof RECEIVED)[keyof typeof RECEIVED];

/** A device's receiving side. */
export interface FrameSink {
  /** A frame (without FCS) lies at `hostAddress` in the machine's memory for this call only. */
  receiveFrame(hostAddress: number, byteCount: number): Received;
}

/** Hears of each frame that left the machine: its bytes are a view valid for this call only. */
export type TransmitListener = (hostAddress: number, byteCount: number, packet: number) => void;

/** What stands between a device model and the wire: TAP and bridge, or nothing. */
export interface HostPath {
  /** A frame leaves the device: whatever the host does to it. */
  leaving(byteCount: number): void;
  /** A frame comes to the device. */
  arriving(byteCount: number): void;
}

/** Frames the host keeps for a device that cannot take them now; QEMU's net/queue.c keeps 10,000. */
const BACKLOG_MAX = 10_000;
const FRAME_BYTES_MAX = 16_384;

interface Waiting {
  readonly frame: Uint8Array;
  readonly packet: number;
}

/** The wire behind a device: frames leave and arrive, to the byte, without FCS. */
export class Wire {
  readonly #machine: Machine;
  readonly #name: number;
  readonly #slot: number;
  #sink: FrameSink | undefined;
  readonly #backlog: Waiting[] = [];
  /** What frames pass between device and wire; nothing unless a mode says so. */
  hostPath: HostPath | undefined;
  /** Frames that left. */
  transmittedCount = 0;
  /** Frames that arrived. */
  arrivedCount = 0;
  /** Hears of frames that leave. */
  onTransmit: TransmitListener | undefined;
  /** Hears of frames that arrive, before the device does. */
  onArrive: ((frame: Uint8Array, packet: number) => void) | undefined;

  constructor(machine: Machine, name = "wire") {
    this.#machine = machine;
    this.#name = machine.trace.id(name);
    this.#slot = machine.memory.allocateHost(FRAME_BYTES_MAX);
  }

  /** Frames that the host keeps until the device can take them. */
  get backlogCount(): number {
    return this.#backlog.length;
  }

  /** Connects the device that receives. */
  attach(sink: FrameSink): void {
    this.#sink = sink;
  }

  /** A device sends the frame that lies at `hostAddress`. */
  transmit(hostAddress: number, byteCount: number): void {
    const machine = this.#machine;
    this.hostPath?.leaving(byteCount);
    const number = this.transmittedCount++;
    machine.note(KIND.wireTransmit, ACTORS.wire.code, this.#name, byteCount, number);
    this.onTransmit?.(hostAddress, byteCount, machine.trace.packet);
  }

  /** A frame arrives now and is offered to the device. */
  arrive(frame: Uint8Array, packet: number): void {
    const machine = this.#machine;
    assert(frame.length <= FRAME_BYTES_MAX, `a frame of ${frame.length} bytes fits on the wire`);
    this.onArrive?.(frame, packet);
    machine.trace.packet = packet;
    const row = machine.note(
      KIND.wireReceive,
      ACTORS.wire.code,
      this.#name,
      frame.length,
      this.arrivedCount++,
    );
    const parent = machine.trace.parent;
    if (row >= 0) machine.trace.parent = row;
    this.hostPath?.arriving(frame.length);
    if (this.#backlog.length > 0 || !this.#offer(frame, packet)) this.#keep(frame, packet);
    machine.trace.parent = parent;
  }

  /** The device can take frames again: the host offers what it kept. */
  offerBacklog(): void {
    while (this.#backlog.length > 0) {
      const { frame, packet } = this.#backlog[0] as Waiting;
      if (!this.#offer(frame, packet)) return;
      this.#backlog.shift();
    }
  }

  #offer(frame: Uint8Array, packet: number): boolean {
    const machine = this.#machine;
    machine.memory.bytes.set(frame, this.#slot);
    const before = machine.trace.packet;
    machine.trace.packet = packet;
    const result = this.#sink?.receiveFrame(this.#slot, frame.length) ?? RECEIVED.dropped;
    machine.trace.packet = before;
    return result !== RECEIVED.later;
  }

  #keep(frame: Uint8Array, packet: number): void {
    if (this.#backlog.length < BACKLOG_MAX) this.#backlog.push({ frame, packet });
    else {
      const machine = this.#machine;
      const cause = machine.trace.id("host queue full");
      machine.note(KIND.frameDropped, ACTORS.hostNetwork.code, cause, frame.length, packet);
    }
  }
}

/** One frame's arrival as a task, for scenarios with few packets. */
export class FrameArrival extends Task {
  readonly #wire: Wire;
  readonly #frame: Uint8Array;
  readonly #number: number;

  constructor(wire: Wire, frame: Uint8Array, packet: number) {
    super(HAND_OVER.frameArrival);
    this.#wire = wire;
    this.#frame = frame;
    this.#number = packet;
  }

  override run(): void {
    this.#wire.arrive(this.#frame, this.#number);
  }
}
