import type { DataPlane } from "../devices/virtio-net/data-plane.ts";
import { QUEUE, type VirtioNetDevice } from "../devices/virtio-net/device.ts";
import type { VirtioQueue } from "../devices/virtio/virtio-queue.ts";
import { HAND_OVER, HOST_THREAD, Task } from "../core/task.ts";
import type { Machine } from "../machine.ts";
import { ACTORS } from "../trace/actor.ts";
import { TapQueue } from "./tap-queue.ts";
import { TAP_STREAM } from "./tap-reader.ts";
import { VhostReceive } from "./vhost-receive.ts";
import { VhostTransmit } from "./vhost-transmit.ts";
import type { FrameReader, Wire } from "./wire.ts";

/** Streams of the host steps that answer queue 0's ioeventfd; queue n's is n more. */
const KICK_STREAM = 16;
/** Ticks until the worker runs after it was woken, and between two frames; only the order matters. */
const WAKE_TICKS = 60;
const STEP_TICKS = 12;

/** A piece of the worker's work: one step; false when it has nothing more to do. */
export interface VhostWork {
  /** Dictionary number of the function that does it. */
  readonly name: number;
  /** Whether it is under way, between two steps. */
  readonly running: boolean;
  step(): boolean;
}

/**
 * vhost-net: a kernel thread moves the frames of the two data queues between guest memory and a TAP
 * device; QEMU sets it up and is not asked again. The ioeventfds wake it, it signals irqfds.
 * Linux 6.12, drivers/vhost/net.c, drivers/vhost/vhost.c.
 */
export class VhostNet implements DataPlane, FrameReader {
  readonly hearsDoorbells = true;
  readonly #machine: Machine;
  /** The frames that wait for the worker. */
  readonly tapQueue: TapQueue;
  readonly #transmit: VhostTransmit;
  readonly #receive: VhostReceive;
  readonly #transmitKick: WorkTask;
  readonly #receiveKick: WorkTask;
  readonly #readable: WorkTask;
  #started = false;

  constructor(device: VirtioNetDevice, wire: Wire) {
    const { machine } = device;
    this.#machine = machine;
    this.tapQueue = new TapQueue(machine);
    this.#transmit = new VhostTransmit(device, device.queues[QUEUE.tx] as VirtioQueue, wire);
    this.#receive = new VhostReceive(device, device.queues[QUEUE.rx] as VirtioQueue, this.tapQueue);
    this.#transmitKick = new WorkTask(machine, this.#transmit, KICK_STREAM + QUEUE.tx);
    this.#receiveKick = new WorkTask(machine, this.#receive, KICK_STREAM + QUEUE.rx);
    this.#readable = new WorkTask(machine, this.#receive, TAP_STREAM);
    wire.reader = this;
  }

  negotiated(headerBytes: number, mergeable: boolean): void {
    this.#transmit.headerBytes = headerBytes;
    this.#receive.headerBytes = headerBytes;
    this.#receive.mergeable = mergeable;
  }

  /** `handle_tx_kick`: the transmit queue's ioeventfd was signalled. */
  transmitNotified(): void {
    if (this.#started) this.#transmitKick.queue();
  }

  /** `handle_rx_kick`: buffers were added while the worker waited for some. */
  receiveNotified(): void {
    if (this.#started) this.#receiveKick.queue();
  }

  /** `vhost_net_set_backend`: the queues begin or cease to be served. */
  statusChanged(started: boolean): void {
    if (started === this.#started) return;
    if (!started) this.cancel();
    this.#started = started;
    if (!started) return;
    this.#transmitKick.queue();
    if (this.tapQueue.count > 0) this.#readable.queue();
  }

  cancel(): void {
    for (const task of [this.#transmitKick, this.#receiveKick, this.#readable]) {
      if (task.queued) this.#machine.scheduler.cancel(task);
    }
    this.#transmit.reset();
    this.#receive.reset();
  }

  /** `tun_net_xmit` wakes who polls the socket: `handle_rx_net`. */
  queue(frame: Uint8Array, packet: number): void {
    if (!this.tapQueue.push(frame, packet) || !this.#started) return;
    // Without buffers the worker does not poll the socket; the guest's kick is what it waits for.
    if (!this.#receive.waitsForBuffers) this.#readable.queue();
  }

  goOn(): void {}
}

/** One reason for the worker to run. */
class WorkTask extends Task {
  readonly #machine: Machine;
  readonly #work: VhostWork;

  constructor(machine: Machine, work: VhostWork, stream: number) {
    super(HAND_OVER.hostStep, stream);
    this.thread = HOST_THREAD.vhostWorker;
    this.#machine = machine;
    this.#work = work;
  }

  /** `vhost_work_queue`. */
  queue(): void {
    this.#machine.host.wake(HOST_THREAD.vhostWorker);
    if (!this.queued) this.#machine.post(this, this.#machine.ticks(WAKE_TICKS));
  }

  override run(): void {
    const work = this.#work;
    const row = work.running ? -1 : this.#machine.open(ACTORS.deviceModel.code, work.name);
    let more = work.step();
    while (more && this.#machine.scheduler.scheduled) more = work.step();
    this.#machine.close(row);
    if (more && !this.queued) this.#machine.post(this, this.#machine.ticks(STEP_TICKS));
  }
}
