import type { VirtioDevice } from "../devices/virtio/virtio-device.ts";
import type { VirtioQueue } from "../devices/virtio/virtio-queue.ts";
import { VirtqueueElement } from "../devices/virtio/virtqueue-element.ts";
import { copyFromElement } from "../devices/virtio/scatter-copy.ts";
import { ACTORS } from "../trace/actor.ts";
import { KIND } from "../trace/schema.ts";
import type { VhostWork } from "./vhost-net.ts";
import type { Wire } from "./wire.ts";

const WORKER = ACTORS.deviceModel.code;
/** Frames that are handed to the TAP device in one call (VHOST_NET_BATCH). */
const BATCH_MAX = 64;
/** After so many frames or bytes the worker lets its other work have a turn: VHOST_NET_PKT_WEIGHT, VHOST_NET_WEIGHT. */
const WEIGHT_FRAMES = 256;
const WEIGHT_BYTES = 0x80000;
/** Room for a frame in the batch; a longer one goes out alone (vhost_net_build_xdp, -ENOSPC). */
const SLOT_BYTES = 2048;
const FRAME_BYTES_MAX = 65_536 + 64;

/**
 * The worker's transmit side: takes buffers until the ring is empty, copies each frame into a page
 * of its own, hands them to the TAP device in batches and gives the buffers back with each batch.
 * Doorbells are off meanwhile; when the ring is empty they are turned on and the ring is looked at
 * once more. drivers/vhost/net.c, handle_tx_copy, vhost_tx_batch, vhost_net_build_xdp.
 */
export class VhostTransmit implements VhostWork {
  readonly name: number;
  readonly #device: VirtioDevice;
  readonly #queue: VirtioQueue;
  readonly #wire: Wire;
  readonly #slots: number;
  readonly #longSlot: number;
  readonly #elements: VirtqueueElement[] = [];
  readonly #bytes = new Uint32Array(BATCH_MAX);
  readonly #packets = new Int32Array(BATCH_MAX);
  readonly #copyId: number;
  readonly #sendId: number;
  readonly #signalId: number;
  headerBytes = 12;
  running = false;
  /** Frames copied and not yet handed on. */
  #waiting = 0;
  #sentFrames = 0;
  #sentBytes = 0;

  constructor(device: VirtioDevice, queue: VirtioQueue, wire: Wire) {
    this.#device = device;
    this.#queue = queue;
    this.#wire = wire;
    this.#slots = device.memory.allocateHost(BATCH_MAX * SLOT_BYTES, "vhost's frames");
    this.#longSlot = device.memory.allocateHost(FRAME_BYTES_MAX, "vhost's frames");
    this.name = device.traceId("handle_tx");
    this.#copyId = device.traceId("frame: guest buffer to host page");
    this.#sendId = device.traceId("tun_sendmsg");
    this.#signalId = device.traceId("vhost_signal");
  }

  /** What was under way is forgotten. */
  reset(): void {
    this.running = false;
    this.#waiting = 0;
  }

  step(): boolean {
    const { ring } = this.#queue;
    if (!this.running) {
      this.running = true;
      this.#sentFrames = 0;
      this.#sentBytes = 0;
      ring.setNotification(false);
    }
    if (this.#waiting === BATCH_MAX) this.#flush();
    const element = this.#elementAt(this.#waiting);
    if (!ring.pop(element)) {
      ring.setNotification(true);
      if (!this.#device.broken && !ring.empty()) {
        ring.setNotification(false);
        return true;
      }
      return this.#end(false);
    }
    if (!this.#take(element)) return this.#end(false);
    const spent = ++this.#sentFrames >= WEIGHT_FRAMES || this.#sentBytes >= WEIGHT_BYTES;
    return spent ? this.#end(true) : true;
  }

  /** The turn is over: what waits is sent; `again` when there is more work. */
  #end(again: boolean): boolean {
    this.#flush();
    this.running = false;
    return again;
  }

  /** Copies one frame; false when the guest's buffer is none (get_tx_bufs, -EFAULT). */
  #take(element: VirtqueueElement): boolean {
    const device = this.#device;
    const { machine } = device;
    const { outBytes } = element;
    if (element.inCount > 0 || outBytes <= this.headerBytes) {
      machine.guestError(WORKER, "vhost: transmit buffer without a frame", outBytes, element.index);
      this.#queue.ring.detach(element);
      return false;
    }
    const packet = machine.packets.get((element.addresses[0] as number) + this.headerBytes);
    machine.trace.packet = packet;
    const byteCount = outBytes - this.headerBytes;
    const long = byteCount > SLOT_BYTES;
    if (long && this.#waiting > 0) this.#flushBefore(element);
    const at = this.#waiting;
    const slot = long ? this.#longSlot : this.#slotOf(at);
    const copied = copyFromElement(
      device.dma,
      element,
      this.headerBytes,
      slot,
      long ? FRAME_BYTES_MAX : SLOT_BYTES,
      this.#copyId,
    );
    this.#bytes[at] = copied;
    this.#packets[at] = packet;
    this.#waiting++;
    this.#sentBytes += outBytes;
    if (long) this.#flush(this.#longSlot);
    return true;
  }

  /** Sends what waits; `element` becomes the first of the next batch. */
  #flushBefore(element: VirtqueueElement): void {
    const at = this.#waiting;
    this.#flush();
    this.#elements[at] = this.#elementAt(0);
    this.#elements[0] = element;
  }

  /** `vhost_tx_batch`, `vhost_net_signal_used`. */
  #flush(slot = -1): void {
    const count = this.#waiting;
    if (count === 0) return;
    this.#waiting = 0;
    const device = this.#device;
    const { machine } = device;
    machine.note(KIND.deviceStep, WORKER, this.#sendId, count, 0);
    for (let i = 0; i < count; i++) {
      machine.trace.packet = this.#packets[i] as number;
      this.#wire.transmit(slot < 0 ? this.#slotOf(i) : slot, this.#bytes[i] as number);
    }
    const { ring } = this.#queue;
    for (let i = 0; i < count; i++) ring.fill(this.#elements[i] as VirtqueueElement, 0, i);
    ring.flush(count);
    device.notify(this.#queue, this.#signalId);
  }

  #slotOf(at: number): number {
    return this.#slots + at * SLOT_BYTES;
  }

  #elementAt(at: number): VirtqueueElement {
    let element = this.#elements[at];
    if (element === undefined) {
      element = new VirtqueueElement();
      this.#elements[at] = element;
    }
    return element;
  }
}
