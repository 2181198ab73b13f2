import { HAND_OVER, HOST_THREAD, Task } from "../../core/task.ts";
import type { Wire } from "../../host/wire.ts";
import { ACTORS } from "../../trace/actor.ts";
import { KIND } from "../../trace/schema.ts";
import { copyFromElement } from "../virtio/scatter-copy.ts";
import type { VirtioDevice } from "../virtio/virtio-device.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import type { VirtqueueElement } from "../virtio/virtqueue-element.ts";

const MODEL = ACTORS.deviceModel.code;
/** Largest frame that QEMU's network layer passes on (NET_BUFSIZE); longer ones are cut. */
const FRAME_BYTES_MAX = 69_632;

const FLUSHED = { nothing: 0, frame: 1, stopped: 2 } as const;
type Flushed = (typeof FLUSHED)[keyof typeof FLUSHED];

/** What the transmit side needs to know of its device. */
export interface TransmitOptions {
  readonly burst: number;
  readonly wakeTicks: number;
  readonly stepTicks: number;
  readonly separateCompletion: boolean;
}

/** Stream of the host steps that give queue 0's sent buffers back; queue n's is n more. */
const COMPLETION_STREAM = 32;

/**
 * The device's transmit side: a bottom half in QEMU's main loop that a notification schedules and
 * that takes one frame a step; hw/net/virtio-net.c, virtio_net_handle_tx_bh, virtio_net_tx_bh,
 * virtio_net_flush_tx. While it works, notifications are off; when the queue is empty it turns
 * them on and looks once more.
 */
export class Transmitter {
  readonly #device: VirtioDevice;
  readonly #queue: VirtioQueue;
  readonly #wire: Wire;
  readonly #options: TransmitOptions;
  readonly #task: TransmitStep;
  readonly #completion: CompletionStep;
  readonly #slot: number;
  readonly #copyId: number;
  readonly #popId: number;
  readonly #pushId: number;
  /** Bytes of virtio_net_hdr before each frame. */
  headerBytes = 10;
  /** A run of the bottom half is asked for (`tx_waiting`). */
  #waiting = false;
  /** A run of the bottom half is under way, between two of its steps. */
  #running = false;
  /** The queue was empty; this run looks once more. */
  #rechecking = false;
  #frames = 0;

  constructor(device: VirtioDevice, queue: VirtioQueue, wire: Wire, options: TransmitOptions) {
    this.#device = device;
    this.#queue = queue;
    this.#wire = wire;
    this.#options = options;
    this.#task = new TransmitStep(this, queue.index);
    this.#completion = new CompletionStep(this, COMPLETION_STREAM + queue.index);
    this.#slot = device.memory.allocateHost(FRAME_BYTES_MAX, "device's frame");
    this.#copyId = device.traceId("frame: guest buffer to host");
    this.#popId = device.traceId("virtqueue_pop");
    this.#pushId = device.traceId("virtqueue_push");
  }

  /** The guest notified the transmit queue (`virtio_net_handle_tx_bh`). */
  notified(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#queue.ring.setNotification(false);
    if (this.#running) return;
    this.#device.machine.host.bottomHalfScheduled();
    this.#post(this.#options.wakeTicks);
  }

  /** The state after reset: a run that is asked for finds nothing to do. */
  cancel(): void {
    const { scheduler } = this.#device.machine;
    if (this.#task.queued) scheduler.cancel(this.#task);
    if (this.#completion.queued) scheduler.cancel(this.#completion);
    this.#running = false;
    this.#rechecking = false;
    this.#frames = 0;
  }

  /** DRIVER_OK was set or cleared while a run was asked for (`virtio_net_set_status`). */
  statusChanged(started: boolean): void {
    if (!this.#waiting) return;
    if (!started) this.cancel();
    else if (!this.#task.queued) this.#post(this.#options.wakeTicks);
  }

  /** One step of the bottom half; with a schedule and threads, all of them. */
  run(): void {
    const { machine } = this.#device;
    if (!this.#running) machine.host.bottomHalfBegins();
    this.#step();
    while (machine.hasHost && machine.scheduler.scheduled && this.#task.queued) {
      machine.scheduler.cancel(this.#task);
      if (!this.#running) machine.host.bottomHalfBegins();
      this.#step();
    }
  }

  #step(): void {
    if (!this.#running) {
      this.#waiting = false;
      if (!this.#device.driverOk) return;
      this.#running = true;
      this.#rechecking = false;
      this.#frames = 0;
    }
    const result = this.#flushOne();
    if (result === FLUSHED.stopped) this.#end();
    else if (result === FLUSHED.nothing) this.#queueEmpty();
    else if (this.#options.separateCompletion) this.#device.machine.post(this.#completion, 0);
    else this.complete();
  }

  /** Gives the buffer of the frame that was sent back, and goes on. */
  complete(): void {
    const { element, ring, index } = this.#queue;
    const { machine } = this.#device;
    ring.push(element, 0);
    machine.note(KIND.deviceStep, MODEL, this.#pushId, index, element.index);
    this.#device.notify(this.#queue);
    this.#frameSent();
  }

  #frameSent(): void {
    if (++this.#frames >= this.#options.burst) {
      if (this.#rechecking) this.#queue.ring.setNotification(false);
      this.#again();
    } else this.#post(this.#options.stepTicks);
  }

  #queueEmpty(): void {
    if (this.#rechecking) {
      if (this.#frames > 0) {
        this.#queue.ring.setNotification(false);
        this.#again();
      } else this.#end();
      return;
    }
    this.#rechecking = true;
    this.#frames = 0;
    this.#queue.ring.setNotification(true);
    if (this.#queue.ring.empty()) this.#end();
    else this.#post(this.#options.stepTicks);
  }

  /** The guest is still active: another run at once. */
  #again(): void {
    this.#running = false;
    this.#waiting = true;
    this.#post(this.#options.stepTicks);
  }

  #end(): void {
    this.#running = false;
    // A notification came between two steps of this run.
    if (this.#waiting) this.#post(this.#options.wakeTicks);
  }

  #post(ticks: number): void {
    const { machine } = this.#device;
    if (!this.#task.queued) machine.post(this.#task, machine.ticks(ticks));
  }

  #flushOne(): Flushed {
    const { element, ring, index } = this.#queue;
    const { machine } = this.#device;
    if (!ring.pop(element)) return FLUSHED.nothing;
    machine.trace.packet = machine.packets.get((element.addresses[0] as number) + this.headerBytes);
    machine.note(KIND.deviceStep, MODEL, this.#popId, index, element.index);
    if (this.#send(element)) return FLUSHED.frame;
    ring.detach(element);
    return FLUSHED.stopped;
  }

  /** Copies the frame without its header and puts it on the wire; false when the guest erred. */
  #send(element: VirtqueueElement): boolean {
    if (element.outCount < 1) {
      this.#device.fail("noOutBuffer", element.count);
      return false;
    }
    const total = element.outBytes;
    if (total <= this.headerBytes) {
      this.#device.fail(total < this.headerBytes ? "shortHeader" : "nothingToSend", total);
      return false;
    }
    this.#device.machine.host.systemCall("writevTap");
    const { dma } = this.#device;
    const slot = this.#slot;
    const done = copyFromElement(
      dma,
      element,
      this.headerBytes,
      slot,
      FRAME_BYTES_MAX,
      this.#copyId,
    );
    this.#wire.transmit(this.#slot, done);
    return true;
  }
}

class TransmitStep extends Task {
  readonly #transmitter: Transmitter;

  constructor(transmitter: Transmitter, stream: number) {
    super(HAND_OVER.hostStep, stream);
    this.thread = HOST_THREAD.mainLoop;
    this.#transmitter = transmitter;
  }

  override run(): void {
    this.#transmitter.run();
  }
}

class CompletionStep extends Task {
  readonly #transmitter: Transmitter;

  constructor(transmitter: Transmitter, stream: number) {
    super(HAND_OVER.hostStep, stream);
    this.thread = HOST_THREAD.mainLoop;
    this.#transmitter = transmitter;
  }

  override run(): void {
    this.#transmitter.complete();
  }
}
