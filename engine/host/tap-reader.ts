import { HAND_OVER, HOST_THREAD, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { Tap } from "./tap.ts";
import { TapQueue } from "./tap-queue.ts";
import type { FrameReader, Wire } from "./wire.ts";

/** A TAP device whose frames QEMU's main loop reads; `device` is what the rows call it. */
export function queuedTap(machine: Machine, wire: Wire, device: string): Tap {
  const tap = new Tap(machine, device);
  new TapReader(machine, wire, tap);
  return tap;
}

/** Stream of the host steps that read a TAP device. */
export const TAP_STREAM = 48;
/** Ticks until the main loop runs after it was woken, and between two frames; only the order matters. */
const WAKE_TICKS = 60;
const STEP_TICKS = 12;

/**
 * QEMU's main loop reads frames from the TAP device until there are none, and stops while the device
 * cannot take them; net/tap.c, tap_send, tap_read_poll.
 */
export class TapReader extends Task implements FrameReader {
  readonly #machine: Machine;
  readonly #wire: Wire;
  readonly #tap: Tap;
  /** The frames that wait. */
  readonly tapQueue: TapQueue;
  /** The device refused a frame: nothing is read until it asks for more. */
  #stopped = false;

  constructor(machine: Machine, wire: Wire, tap: Tap) {
    super(HAND_OVER.hostStep, TAP_STREAM);
    this.thread = HOST_THREAD.mainLoop;
    this.#machine = machine;
    this.#wire = wire;
    this.#tap = tap;
    this.tapQueue = new TapQueue(machine);
    wire.reader = this;
    tap.queued = true;
  }

  queue(frame: Uint8Array, packet: number): void {
    if (!this.tapQueue.push(frame, packet) || this.#stopped) return;
    this.#machine.host.wake(HOST_THREAD.mainLoop);
    if (!this.queued) this.#machine.post(this, this.#machine.ticks(WAKE_TICKS));
  }

  goOn(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    if (this.tapQueue.count === 0 || this.queued) return;
    this.#machine.host.bottomHalfScheduled();
    this.#machine.post(this, this.#machine.ticks(WAKE_TICKS));
  }

  override run(): void {
    const machine = this.#machine;
    const queue = this.tapQueue;
    do this.#readOne();
    while (machine.scheduler.scheduled && !this.#stopped && queue.count > 0);
    if (this.#stopped) return;
    if (queue.count > 0) machine.post(this, this.#machine.ticks(STEP_TICKS));
    else machine.host.systemCall("readTapEmpty");
  }

  #readOne(): void {
    const machine = this.#machine;
    const queue = this.tapQueue;
    const frame = queue.head;
    if (frame === undefined) return;
    const packet = queue.headPacket;
    queue.drop();
    machine.trace.packet = packet;
    machine.host.systemCall("readTap");
    this.#tap.received(frame.length);
    if (!this.#wire.deliver(frame, packet)) this.#stopped = true;
  }
}
