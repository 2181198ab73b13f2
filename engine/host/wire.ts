import { assert } from "../core/assert.ts";
import { RESOURCES } from "../core/resource.ts";
import { HAND_OVER, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { HostPath, HostPorts } from "./host-path.ts";

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

/** Who takes frames that the host's network has for the guest, until the device model reads them. */
export interface FrameReader {
  /** A frame has come; it stays as it is. */
  queue(frame: Uint8Array, packet: number): void;
  /** The device took what it had refused: it can be offered more. */
  goOn(): void;
}

/** Hears of each frame that left the machine: its bytes are a view valid for this call only. */
export type TransmitListener = (hostAddress: number, byteCount: number, packet: number) => void;

/** Frames the host keeps for a device that cannot take them now; QEMU's net/queue.c keeps 10,000. */
const BACKLOG_MAX = 10_000;
const FRAME_BYTES_MAX = 16_384;

interface Waiting {
  readonly frame: Uint8Array;
  readonly packet: number;
}

/**
 * The wire behind a device: frames leave and arrive, to the byte, without FCS. With a host path,
 * what is on the wire is what the path made of the device's frames.
 */
export class Wire implements HostPorts {
  readonly #machine: Machine;
  readonly #name: number;
  /** Where an arriving frame lies, and one that the host offers again. */
  readonly #slot: number;
  readonly #backlogSlot: number;
  #sink: FrameSink | undefined;
  readonly #backlog: Waiting[] = [];
  #hostPath: HostPath | undefined;
  /** The frame that lies in the slot while it arrives: kept as it is when the device refuses it. */
  #arriving: Uint8Array | undefined;
  /** Reads the frames for the device; without one, they are offered to it as they come. */
  reader: FrameReader | undefined;
  /** Frames that left. */
  transmittedCount = 0;
  /** Frames that arrived. */
  arrivedCount = 0;
  /** Hears of frames that leave. */
  onTransmit: TransmitListener | undefined;
  /** Hears of frames that arrive, before the device does. */
  onArrive: ((frame: Uint8Array, packet: number) => void) | undefined;

  /** The switch in the host's NIC: true when it kept the frame off the wire. */
  uplink: ((hostAddress: number, byteCount: number) => boolean) | undefined;
  /** Hears of frames to other guests of the same host. */
  onNeighbour: ((port: number, hostAddress: number, byteCount: number) => void) | undefined;

  constructor(machine: Machine, name = "wire") {
    this.#machine = machine;
    this.#name = machine.trace.id(name);
    this.#slot = machine.memory.allocateHost(FRAME_BYTES_MAX, "frame on the wire");
    this.#backlogSlot = machine.memory.allocateHost(FRAME_BYTES_MAX, "frame on the wire");
  }

  /** What frames pass between device and wire; nothing unless a mode says so. */
  get hostPath(): HostPath | undefined {
    return this.#hostPath;
  }

  set hostPath(path: HostPath) {
    this.#hostPath = path;
    path.connect(this);
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
    if (this.#hostPath === undefined) this.toWire(hostAddress, byteCount);
    else this.#hostPath.leaving(hostAddress, byteCount);
  }

  toWire(hostAddress: number, byteCount: number): void {
    const machine = this.#machine;
    if (this.uplink?.(hostAddress, byteCount) === true) return;
    const number = this.transmittedCount++;
    machine.note(KIND.wireTransmit, ACTORS.wire.code, this.#name, byteCount, number);
    this.onTransmit?.(hostAddress, byteCount, machine.trace.packet);
  }

  /** A frame to the guest arrives now, in what the host at the other end makes of it. */
  arrive(frame: Uint8Array, packet: number): void {
    const farEnd = this.#hostPath?.farEnd;
    if (farEnd === undefined) this.#arrive(frame, packet);
    else {
      const parts = farEnd.send(frame);
      for (const part of parts) this.#arrive(part, packet);
      if (parts.length > 0) return;
      this.#machine.trace.packet = packet;
      this.#drop("at the other end: too long for the fabric", frame.length, packet);
    }
  }

  toGuest(hostAddress: number, byteCount: number): void {
    const { trace } = this.#machine;
    if (this.reader !== undefined) {
      this.reader.queue(this.#frameAt(hostAddress, byteCount), trace.packet);
      return;
    }
    const waits = this.#backlog.length > 0 || !this.#offer(hostAddress, byteCount, trace.packet);
    if (waits) this.#keep(hostAddress, byteCount, trace.packet);
  }

  toNeighbour(port: number, hostAddress: number, byteCount: number): void {
    if (this.onNeighbour !== undefined) this.onNeighbour(port, hostAddress, byteCount);
    else this.#drop("no guest behind this port", byteCount, this.#machine.trace.packet);
  }

  /**
   * A frame of another guest of this host comes without a wire: through the host's switch, or
   * (`inNic`) through the switch in the NIC, as if it had arrived.
   */
  arriveFromNeighbour(frame: Uint8Array, packet: number, inNic: boolean): void {
    const machine = this.#machine;
    const { trace } = machine;
    const where = inNic ? "another function, over PCIe" : "another guest's port";
    const actor = inNic ? ACTORS.hardware.code : ACTORS.hostNetwork.code;
    trace.packet = packet;
    const name = trace.id(`a frame from ${where}`);
    const row = machine.note(KIND.deviceStep, actor, name, frame.length, 0);
    const parent = trace.parent;
    if (row >= 0) trace.parent = row;
    const before = this.#arriving;
    this.#arriving = frame;
    machine.memory.bytes.set(frame, this.#slot);
    if (this.#hostPath === undefined) this.toGuest(this.#slot, frame.length);
    else if (inNic) this.#hostPath.arriving(this.#slot, frame.length);
    else this.#hostPath.fromNeighbour(this.#slot, frame.length);
    this.#arriving = before;
    trace.parent = parent;
  }

  #arrive(frame: Uint8Array, packet: number): void {
    const machine = this.#machine;
    const { memory, trace } = machine;
    assert(frame.length <= FRAME_BYTES_MAX, `a frame of ${frame.length} bytes fits on the wire`);
    this.onArrive?.(frame, packet);
    trace.packet = packet;
    const number = this.arrivedCount++;
    const row = machine.note(KIND.wireReceive, ACTORS.wire.code, this.#name, frame.length, number);
    const parent = trace.parent;
    if (row >= 0) trace.parent = row;
    const before = this.#arriving;
    this.#arriving = frame;
    memory.bytes.set(frame, this.#slot);
    if (this.#hostPath === undefined) this.toGuest(this.#slot, frame.length);
    else this.#hostPath.arriving(this.#slot, frame.length);
    this.#arriving = before;
    trace.parent = parent;
  }

  /** The device can take frames again: the host offers what it kept. */
  offerBacklog(): void {
    while (this.#backlog.length > 0) {
      const { frame, packet } = this.#backlog[0] as Waiting;
      this.#machine.memory.bytes.set(frame, this.#backlogSlot);
      if (!this.#offer(this.#backlogSlot, frame.length, packet)) return;
      this.#backlog.shift();
      if (this.#backlog.length === 0) this.reader?.goOn();
    }
  }

  /** The reader has read a frame: false when the device refuses it, and it is kept. */
  deliver(frame: Uint8Array, packet: number): boolean {
    this.#machine.memory.bytes.set(frame, this.#backlogSlot);
    if (this.#offer(this.#backlogSlot, frame.length, packet)) return true;
    this.#backlog.push({ frame, packet });
    return false;
  }

  #offer(hostAddress: number, byteCount: number, packet: number): boolean {
    const { trace } = this.#machine;
    const before = trace.packet;
    trace.packet = packet;
    const result = this.#sink?.receiveFrame(hostAddress, byteCount) ?? RECEIVED.dropped;
    trace.packet = before;
    return result !== RECEIVED.later;
  }

  #drop(cause: string, byteCount: number, packet: number): void {
    const name = this.#machine.trace.id(cause);
    this.#machine.note(KIND.frameDropped, ACTORS.hostNetwork.code, name, byteCount, packet);
  }

  #keep(hostAddress: number, byteCount: number, packet: number): void {
    if (this.#backlog.length >= BACKLOG_MAX) {
      this.#drop("host queue full", byteCount, packet);
      return;
    }
    this.#backlog.push({ frame: this.#frameAt(hostAddress, byteCount), packet });
  }

  /** The frame that lies there, to keep: the bytes it arrived with if the path left it as it was. */
  #frameAt(hostAddress: number, byteCount: number): Uint8Array {
    const whole = this.#arriving;
    if (hostAddress === this.#slot && whole?.length === byteCount) return whole;
    return this.#machine.memory.bytes.slice(hostAddress, hostAddress + byteCount);
  }
}

/** One frame's arrival as a task, for scenarios with few packets. */
export class FrameArrival extends Task {
  readonly #wire: Wire;
  readonly #frame: Uint8Array;
  readonly #number: number;

  constructor(wire: Wire, frame: Uint8Array, packet: number) {
    super(HAND_OVER.frameArrival);
    this.resource = RESOURCES.wireIn.code;
    this.#wire = wire;
    this.#frame = frame;
    this.#number = packet;
  }

  override run(): void {
    this.#wire.arrive(this.#frame, this.#number);
  }
}
