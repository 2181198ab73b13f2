import type { PolledPort } from "../../core/poller.ts";
import type { Wire } from "../../host/wire.ts";
import type { VirtioQueue } from "../virtio/virtio-queue.ts";
import type { DataPlane } from "./data-plane.ts";
import type { VirtioNetDevice } from "./device.ts";
import { VhostUserDequeue } from "./vhost-user-dequeue.ts";
import { VhostUserEnqueue } from "./vhost-user-enqueue.ts";

/**
 * The two data queues in the hands of a DPDK process that polls them in shared memory; QEMU keeps the
 * control queue and tells the process where the rings are. While it polls it wants no doorbells:
 * VRING_USED_F_NO_NOTIFY, or with event indices an avail_event that it never moves, so that the guest
 * rings once in 65,536 buffers (lib/vhost/vhost.c, vhost_enable_notify_split). It interrupts the guest
 * by its eventfd, if the guest wants that.
 */
export class VhostUserDataPlane implements DataPlane, PolledPort {
  readonly hearsDoorbells = true;
  readonly #tx: VirtioQueue;
  readonly #rx: VirtioQueue;
  readonly #dequeue: VhostUserDequeue;
  readonly #enqueue: VhostUserEnqueue;
  #started = false;
  /** The guest broke a ring: the library gives up at the same place with each poll. */
  #broken = false;
  /** The process looks at a ring now: what is wrong there is its to report. */
  #looking = false;

  constructor(device: VirtioNetDevice, wire: Wire) {
    this.#rx = device.queues[0] as VirtioQueue;
    this.#tx = device.queues[1] as VirtioQueue;
    this.#dequeue = new VhostUserDequeue(device, this.#tx, wire);
    this.#enqueue = new VhostUserEnqueue(device, this.#rx);
    wire.attach({
      receiveFrame: (hostAddress, byteCount) => {
        this.#looking = true;
        const received = this.#enqueue.receiveFrame(hostAddress, byteCount);
        this.#looking = false;
        return received;
      },
    });
  }

  /** The transmit queue has buffers. */
  get ready(): boolean {
    return this.#started && !this.#broken && this.#tx.ring.peek();
  }

  poll(): void {
    this.#looking = true;
    this.#dequeue.burst(() => this.#broken);
    this.#looking = false;
  }

  /** A burst of frames to the guest begins: they are shown to it together. */
  beginBurst(): void {
    this.#enqueue.collecting = true;
  }

  /** It is over. */
  endBurst(): void {
    this.#enqueue.collecting = false;
    this.#looking = true;
    this.#enqueue.flush();
    this.#looking = false;
  }

  negotiated(headerBytes: number, mergeable: boolean): void {
    this.#dequeue.headerBytes = headerBytes;
    this.#enqueue.headerBytes = headerBytes;
    this.#enqueue.mergeable = mergeable;
  }

  /** The kick eventfd was signalled: nobody reads it. */
  transmitNotified(): void {}

  receiveNotified(): void {}

  statusChanged(started: boolean): void {
    if (started && !this.#started) {
      // rte_vhost_enable_guest_notification(…, 0) on both queues.
      this.#tx.ring.setNotification(false);
      this.#rx.ring.setNotification(false);
      this.#broken = false;
    }
    this.#started = started;
    this.#enqueue.usable = started && !this.#broken;
  }

  cancel(): void {
    this.#enqueue.cancel();
    this.statusChanged(false);
  }

  /** The library logs the fault and gives the burst up; the guest hears nothing of it. */
  takeFault(): boolean {
    if (!this.#looking) return false;
    this.#broken = true;
    this.#enqueue.usable = false;
    this.#enqueue.cancel();
    return true;
  }
}
